import { expect, it } from "vitest";
import { createLog } from "./log.ts";

it("writes a line of JSON in which no character hides, turns round or moves other text", () => {
  const lines: string[] = [];
  const reason = "a\u202eb\u200bc\u009bd\u2066\ufeff\u{e0041}\u001b[2J\n";
  createLog("w1", { write: (line) => void lines.push(line) }).warn({ reason }, `it failed \u202e`);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\P{C}+\n$/u);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ worker: "w1", reason, msg: "it failed \u202e" });
});
