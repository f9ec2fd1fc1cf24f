import type { ReadyPass } from "../src/validation/ready-pass.ts";

/** The first required pass of a validation, which passed on the machine of the same number and waits to be recorded. */
export const readyPass = (validation: number, over: Partial<ReadyPass> = {}): ReadyPass => ({
  key: `validation/${String(validation)}/pass`,
  fence: 1,
  validation,
  priority: 0,
  attempt: 1,
  runIndex: 1,
  try: 0,
  kind: "required",
  machine: validation,
  node: `n${String(validation)}`,
  cluster: "c",
  verdict: "pass",
  checks: [],
  bootId: null,
  systemSerial: null,
  gpuSerials: [],
  gpuUuids: [],
  startedAt: 1,
  finishedAt: 2,
  judgedBy: { checks: {}, lane: "d", expectations: "e", image: null },
  evidence: {},
  ...over,
});
