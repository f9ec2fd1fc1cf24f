import type { ReasonCode } from "@slipway/domain";
import { insertTrials } from "@slipway/fleet";
import { objectOf, type ChangeSet } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { freeClaim } from "../claims/end-validation.ts";
import { VALIDATIONS } from "../worker/turn.ts";
import type { Validation } from "../worker/parts.ts";
import type { HostKeyDetail } from "./host-key.ts";
import type { Hold, ReadyPass } from "./ready-pass.ts";

/**
 * Counts a pass: its row and results, its validation and the audit, in the transaction that ends its act. So a pass that
 * was run twice, or too late, counts once or not at all.
 *
 * @param keepMs how long its evidence is kept, in milliseconds; null for ever
 */
export async function countPass(
  change: ChangeSet,
  validation: Validation,
  pass: ReadyPass,
  keepMs: number | null,
): Promise<void> {
  const { hold } = pass;
  change.audit(objectOf(VALIDATIONS, validation), {
    from: validation.status,
    to: hold === undefined ? validation.status : "held",
    reason: hold?.reason ?? reasonOf(pass),
    detail: detailOf(hold),
  });
  if (hold !== undefined) {
    const { code: reason_code, reason, retryAt: due_at } = hold;
    change.change(VALIDATIONS, validation, { status: "held", reason_code, reason, due_at });
    await freeClaim({ tx: change.tx, change }, validation);
    return;
  }
  change.change(VALIDATIONS, validation, afterPass(validation, pass));
  change.insert("passes", [passRow(pass, change.now)]);
  change.insert("results", resultRows(pass));
  keepEvidence(change, pass, keepMs);
  if (pass.trials !== undefined && pass.trials.length > 0) await insertTrials(change.tx, pass.trials);
}

const reasonOf = ({ kind, runIndex, try: tried, verdict }: ReadyPass): string =>
  `${kind === "required" ? "" : `${kind} `}pass ${String(runIndex)}` +
  `${tried === 0 ? "" : `, try ${String(tried + 1)}`}: ${verdict}`;

/** What the audit keeps of a hold for programs: its code, and the key that the node showed. */
const detailOf = (hold: Hold | undefined): (HostKeyDetail & { readonly code: ReasonCode }) | null =>
  hold === undefined ? null : { code: hold.code, ...(hold.hostKey === undefined ? {} : { hostKey: hold.hostKey }) };

/** What a validation knows of itself after a pass that was judged. */
const afterPass = (validation: Validation, pass: ReadyPass): Partial<Validation> => ({
  reason_code: "PassDone",
  reason: `pass ${String(pass.runIndex)}: ${pass.verdict}`,
  tries: pass.verdict === "inconclusive" ? pass.try + 1 : 0,
  passes_done: validation.passes_done + (pass.verdict === "pass" && pass.kind === "required" ? 1 : 0),
  run_index: pass.verdict === "inconclusive" ? pass.runIndex : pass.runIndex + 1,
});

const passRow = (pass: ReadyPass, now: number): Row<"passes"> => {
  // How long it took is measured by the worker, whose clock may have been set meanwhile.
  const finishedAt = Math.max(pass.startedAt, Math.min(pass.finishedAt, now));
  return {
    validation: pass.validation,
    attempt: pass.attempt,
    run_index: pass.runIndex,
    try: pass.try,
    kind: pass.kind,
    machine: pass.machine,
    node: pass.node,
    cluster: pass.cluster,
    verdict: pass.verdict,
    failed_checks: pass.checks.filter(({ verdict }) => verdict === "fail").map(({ check }) => check),
    boot_id: pass.bootId,
    system_serial: pass.systemSerial,
    gpu_serials: pass.gpuSerials,
    gpu_uuids: pass.gpuUuids,
    host_key: pass.reached?.hostKey ?? null,
    route: pass.reached?.route ?? null,
    started_at: pass.startedAt,
    finished_at: finishedAt,
    node_hours: (finishedAt - pass.startedAt) / 3_600_000,
    judged_by: pass.judgedBy,
    evidence: pass.evidence,
  };
};

const resultRows = (pass: ReadyPass): Row<"results">[] =>
  pass.checks.map(({ check, version, verdict, findings }) => ({
    validation: pass.validation,
    attempt: pass.attempt,
    run_index: pass.runIndex,
    try: pass.try,
    check,
    version,
    verdict,
    findings: findings.length === 0 ? null : findings,
  }));

/** Notes for how long the bytes that a pass names are kept: those of several passes as long as the last one wants. */
function keepEvidence(change: ChangeSet, { evidence, judgedBy }: ReadyPass, keepMs: number | null): void {
  const times = { stored_at: change.now, keep_until: keepMs === null ? null : change.now + keepMs, expired_at: null };
  const keep = (digest: string, size: number): void => {
    change.upsert("evidence_blobs", digest, { digest, size, ...times });
  };
  for (const { out, err, size } of Object.values(evidence)) {
    if (out !== null) keep(out, size);
    if (err !== null) keep(err, 0);
  }
  keep(judgedBy.expectations, 0);
}
