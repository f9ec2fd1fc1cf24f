import { describe, expect, it } from "vitest";
import { parseCLI } from "vitest/node";
import { vitestArguments } from "./vitest-arguments.ts";

const one = { dirs: ["plugins/checks/xid"], all: false, reason: "named" };
const two = { dirs: ["apps/cli", "plugins/checks/xid"], all: false, reason: "named" };
const everything = { dirs: ["apps/cli", "plugins/checks/xid"], all: true, reason: "the whole repository was named" };

/** What vitest itself makes of the arguments. */
const read = (args: readonly string[]) => parseCLI(["vitest", ...args]);

describe("the arguments of vitest", () => {
  it.each([
    ["one folder", one, ["plugins/checks/xid/"]],
    ["two folders", two, ["apps/cli/", "plugins/checks/xid/"]],
    ["everything", everything, []],
  ])("name %s, whether snapshots are rewritten or not", (_, targets, folders) => {
    for (const update of [false, true]) expect(read(vitestArguments(targets, update)).filter).toEqual(folders);
  });

  it("rewrite snapshots only when that is asked for, and never watch", () => {
    expect(read(vitestArguments(one, true)).options).toMatchObject({ update: "all", run: true });
    expect(read(vitestArguments(one, false)).options.update).toBeUndefined();
  });

  it("leave it to the root's configuration whether test files share a worker", () => {
    for (const targets of [one, two, everything])
      expect(read(vitestArguments(targets, true)).options.isolate).toBeUndefined();
  });

  it("leave the tests that passed out of the report where there are several folders", () => {
    expect(read(vitestArguments(one, false)).options).not.toHaveProperty("reporter");
    for (const targets of [two, everything])
      expect(read(vitestArguments(targets, false)).options).toMatchObject({ reporter: ["agent"] });
  });

  it("would lose the folder to -u, which takes what stands behind it for its value", () => {
    expect(read(["run", "-u", "plugins/checks/xid/"]).filter).toEqual([]);
  });
});
