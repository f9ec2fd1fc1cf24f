import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../main.ts";
import { repositoryRoot } from "../workspace.ts";
import { newPlugin } from "./new.ts";
import { checkManifest, checkTemplate, copyTemplate, sectionOf } from "./template.ts";

const checks = (): string[] => readdirSync(join(repositoryRoot, "plugins/checks")).sort();

describe("new", () => {
  it.each([
    "Host-Memory",
    "host_memory",
    "-memory",
    "memory-",
    "a--b",
    "1st",
    "../xid",
    "a/b",
    "",
    "host memory",
    "x".repeat(41),
  ])("refuses the id %j", async (id) => {
    const before = checks();
    await expect(newPlugin("check", id, {})).rejects.toThrow("an id is kebab-case");
    expect(checks()).toEqual(before);
  });

  it("refuses an id that says check, is taken, or collides with a section or a probe", async () => {
    await expect(newPlugin("check", "check-memory", {})).rejects.toThrow("does not say check");
    await expect(newPlugin("check", "ib-xdr", {})).rejects.toThrow("exists already");
    await expect(newPlugin("check", "gpus", {})).rejects.toThrow("a section gpus");
    await expect(newPlugin("check", "lspci", {})).rejects.toThrow("a probe has this id");
  });

  it.each(["short", 'says "quoted" things', "two\nlines of it", "`code` of a shell", "<b>bold words</b>"])(
    "refuses the title %j",
    async (title) => {
      await expect(newPlugin("check", "host-memory", { title })).rejects.toThrow("--title");
      expect(existsSync(join(repositoryRoot, "plugins/checks/host-memory"))).toBe(false);
    },
  );

  it.each([[], ["vendor"], ["step", "x"], ["scheduler", "x"], ["check"], ["plugin", "x"]])(
    "lists what there is for %j, and exits 3",
    async (...args) => {
      await expect(newPlugin(args[0], args[1], {})).rejects.toMatchObject({
        kind: "input",
        hint: expect.stringMatching(/new check/) as string,
      });
    },
  );
});

describe("the template", () => {
  const made: string[] = [];
  afterEach(() => {
    for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
  });

  it("leaves no placeholder in names or text", () => {
    const target = mkdtempSync(join(tmpdir(), "slipway-template-"));
    made.push(target);
    const values = { id: "host-memory", section: sectionOf("host-memory"), title: "The node has its memory" };
    expect(copyTemplate(checkTemplate, target, values)).toBe(19);
    for (const file of readdirSync(target, { recursive: true, encoding: "utf8" })) {
      expect(file).not.toContain("__");
      if (/\.\w+$/.test(file)) expect(readFileSync(join(target, file), "utf8"), file).not.toMatch(/__[A-Z]+__/);
    }
    expect(values.section).toBe("hostMemory");
    expect(JSON.parse(checkManifest(repositoryRoot, values))).toMatchObject({
      name: "@slipway/check-host-memory",
      slipway: { kind: "check", id: "host-memory" },
    });
  });
});

describe("exit codes", () => {
  it("are 3 for what is used wrongly and 0 for help", async () => {
    for (const args of [
      ["frobnicate"],
      ["verify", "--frobnicate"],
      ["verify", "gone"],
      ["new"],
      ["mutate"],
      ["mutate", "gone"],
      ["conformance", "--shared", "/gone"],
    ])
      expect(await run(args), args.join(" ")).toBe(3);
    expect(await run(["verify", "--help"])).toBe(0);
  });
});
