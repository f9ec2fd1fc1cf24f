import { answer, type Answer, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

// Rules of the run as a whole: D7-D11, G3, G4, G11. Documents are of two GPUs.

export type Json = Record<string, unknown>;

export const gpu = (id: number, rest: Json = {}): Json => ({
  entity_group: "GPU",
  entity_id: id,
  status: "Pass",
  ...rest,
});
export const categories = (...results: unknown[]): Json[] => [
  { category: "Hardware", tests: [{ name: "memory", results }] },
];
export const v4 = (results: unknown[] = [gpu(0), gpu(1)], beside: Json = {}): Json => ({
  "DCGM Diagnostic": { test_categories: categories(...results) },
  ...beside,
});
export const failed = v4([gpu(0), gpu(1, { status: "Fail" })]);

export function judge(
  document: unknown,
  sketch: ProbeSketch = {},
  expect: Json = { gpus: { count: 2 }, dcdiag: { level: 2, tests: ["memory"] } },
): Answer {
  const stdout = typeof document === "string" ? document : JSON.stringify(document);
  return answer(check, {
    probes: { "dcgm-diag": { stdout, argv: ["dcgmi", "diag", "-r", "2", "-j"], ...sketch } },
    expect,
  });
}
