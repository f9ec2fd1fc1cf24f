import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import check from "../src/index.ts";

// Rules of the rows: D1-D6, G5, G8. Documents are of two GPUs.

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
export const warning = (severity?: unknown, id: unknown = 4): Row => ({
  warning: "It broke.",
  error_id: id,
  ...(severity === undefined ? {} : { error_severity: severity }),
});

export function v4(...tests: unknown[]): unknown {
  return { "DCGM Diagnostic": { test_categories: [{ category: "Hardware", tests }] } };
}

export function judge(document: unknown, tests?: readonly string[], count = 2): CheckJudgement {
  const probes = { "dcgm-diag": { stdout: JSON.stringify(document), argv: ["dcgmi", "diag", "-r", "2", "-j"] } };
  return runCheck(check, evidenceOf({ probes }), {
    gpus: { count },
    dcdiag: { level: 2, ...(tests === undefined ? {} : { tests }) },
  });
}

/** Verdict, then each finding as `code cause scope`. */
export function answer({ verdict, findings }: CheckJudgement): string[] {
  return [verdict, ...findings.map(({ code, cause, scope }) => `${code} ${cause} ${scope.kind} ${scope.id}`)];
}
