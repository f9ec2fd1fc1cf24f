import { expect, it } from "vitest";
import { asText } from "./verify.ts";

const targets = { dirs: ["plugins/checks/xid"], all: false, reason: "named" };
const green = { tool: "tests", ok: true, seconds: 0.91, output: "" };

it("prints a line per tool and its seconds, then the total", () => {
  expect(asText({ targets, tools: [green, { ...green, tool: "types", seconds: 12.3 }], ok: true })).toMatch(
    /^ok {4}tests +0\.91 s\nok {4}types +12\.30 s\ngreen {2}plugins\/checks\/xid {2}\d+\.\d\d s\n$/,
  );
});

it("prints the first failure in full, and only that", () => {
  const text = asText({
    targets,
    tools: [
      green,
      { ...green, tool: "types", ok: false, output: "first\nsecond\n" },
      { ...green, tool: "lint", ok: false, output: "third\n" },
    ],
    ok: false,
  });
  expect(text).toContain("\n--- types\nfirst\nsecond\n---\n");
  expect(text).not.toContain("third");
  expect(text).toMatch(/FAIL {2}lint[^]*RED {2}plugins\/checks\/xid {2}\d+\.\d\d s\n$/);
});

it("says when there is nothing to verify, and why", () => {
  expect(
    asText({ targets: { dirs: [], all: false, reason: "0 files changed since HEAD~1" }, tools: [], ok: true }),
  ).toBe("nothing to verify: 0 files changed since HEAD~1\n");
});
