import { answer, type Answer } from "@slipway/testkit";
import check from "../src/index.ts";

// Rules of the rows: D0-D6, D13, G5, G8. Documents are of two GPUs.

type Row = Record<string, unknown>;

export const gpu = (id: number, rest: Row = {}): Row => ({
  entity_group: "GPU",
  entity_group_id: 1,
  entity_id: id,
  status: "Pass",
  ...rest,
});
export const cpu = (id: number, status: string, rest: Row = {}): Row => ({
  entity_group: "CPU",
  entity_group_id: 7,
  entity_id: id,
  status,
  ...rest,
});
export const test = (name: string, results: unknown = [gpu(0), gpu(1)]): Row => ({
  name,
  results,
  test_summary: { status: "Pass" },
});
export const failing = (warnings?: unknown, status = "Fail"): Row =>
  gpu(1, { status, ...(warnings === undefined ? {} : { warnings }) });
/** A warning that prints no number of an error, or what `rest` gives it. */
export const warning = (severity?: unknown, rest: Row = {}): Row => ({
  warning: "It broke.",
  ...(severity === undefined ? {} : { error_severity: severity }),
  ...rest,
});

export function v4(...tests: unknown[]): unknown {
  return { "DCGM Diagnostic": { test_categories: [{ category: "Hardware", tests }] } };
}

export function judge(document: unknown, tests?: readonly string[], count = 2): Answer {
  return answer(check, {
    probes: { "dcgm-diag": { stdout: JSON.stringify(document), argv: ["dcgmi", "diag", "-r", "2", "-j"] } },
    expect: { gpus: { count }, dcdiag: { level: 2, ...(tests === undefined ? {} : { tests }) } },
  });
}
