import { expect, it } from "vitest";
import { toolsFor } from "./tools.ts";
import { asText } from "./verify.ts";

const targets = { dirs: ["plugins/checks/xid"], all: false, reason: "named" };
const green = { tool: "tests", ok: true, seconds: 0.91, output: "" };

it("ends with the verdict, what was verified, and the seconds in all, and does not repeat the line of each tool", () => {
  expect(asText({ targets, tools: [green], ok: true })).toMatch(/^green {2}plugins\/checks\/xid {2}\d+\.\d\d s\n$/);
  expect(asText({ targets, tools: [{ ...green, ok: false, output: "why" }], ok: false })).toMatch(
    /why\n---\n\nRED {2}plugins\/checks\/xid {2}\d+\.\d\d s\n$/,
  );
});

it("says when there is nothing to verify, and why", () => {
  expect(
    asText({ targets: { dirs: [], all: false, reason: "0 files changed since HEAD~1" }, tools: [], ok: true }),
  ).toBe("nothing to verify: 0 files changed since HEAD~1\n");
});

it("asks every tool, the house's own tests too; eslint only where everything is verified", () => {
  const one = ["tests", "types", "lint", "format", "boundaries", "structure", "generated", "house"];
  expect(Object.keys(toolsFor(targets))).toEqual(one);
  expect(Object.keys(toolsFor({ ...targets, all: true }))).toEqual([
    "tests",
    "types",
    "lint",
    "eslint",
    "format",
    "boundaries",
    "structure",
    "generated",
  ]);
});
