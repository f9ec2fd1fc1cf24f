import type { CheckJudgement, EvidenceRef, JudgedBy, PassKind, ReasonCode } from "@slipway/domain";
import type { Reached } from "@slipway/plugin-sdk";
import type { Row, Store, Tx } from "@slipway/store";
import { insertTrials } from "@slipway/fleet";
import type { TrialRow } from "@slipway/fleet";
import type { HostKeyDetail } from "./host-key.ts";
import { objectOf, type Validation } from "../worker/parts.ts";

/** A pass that was run and judged, ready to be counted. Its evidence is durable already. */
export interface ReadyPass {
  /** The intent it was run for. */
  readonly key: string;
  readonly fence: number;
  readonly validation: number;
  readonly priority: number;
  readonly attempt: number;
  readonly runIndex: number;
  readonly try: number;
  readonly kind: PassKind;
  readonly machine: number;
  readonly node: string;
  readonly cluster: string | null;
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly checks: readonly CheckJudgement[];
  readonly bootId: string | null;
  readonly systemSerial: string | null;
  readonly gpuSerials: readonly string[];
  readonly gpuUuids: readonly string[];
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly judgedBy: JudgedBy;
  readonly evidence: Readonly<Record<string, EvidenceRef>>;
  /** Trials of staged changes on it, on a canary node. */
  readonly trials?: readonly TrialRow[];
  /** How its node was reached, where the way to it can tell. */
  readonly reached?: Reached | undefined;
  /** Why it was not counted as judged: in use, another machine under the name. Holds the validation. */
  readonly hold?: Hold | undefined;
}

/** Why a pass is not counted. */
export interface Hold {
  readonly code: ReasonCode;
  readonly reason: string;
  /** When it is looked at again, in milliseconds since 1970; null: a person decides. */
  readonly retryAt: number | null;
  /** The key that its node showed, where that is why. */
  readonly hostKey?: string;
}

export interface Recorded {
  readonly key: string;
  /** False: it was counted before, or the validation went on without it. */
  readonly counted: boolean;
}

/**
 * Counts passes: results, pass, validation, intent and audit in one transaction. A pass counts only
 * while its intent is open and its claim holds, so that one run twice, or late, counts once.
 *
 * @param actor the worker, for the audit @param keepMs how long the evidence is kept; null for ever
 */
export async function recordPasses(
  store: Store,
  ready: readonly ReadyPass[],
  { actor, keepMs }: { readonly actor: string; readonly keepMs: number | null },
): Promise<readonly Recorded[]> {
  const counts = await store.transaction(async (tx) => {
    const now = await tx.now();
    return record(tx, ready, { now, actor, keepUntil: keepMs === null ? null : now + keepMs });
  });
  const counted = new Set(counts.map(({ pass }) => pass.key));
  return ready.map(({ key }) => ({ key, counted: counted.has(key) }));
}

async function record(
  tx: Tx,
  ready: readonly ReadyPass[],
  { now, actor, keepUntil }: { now: number; actor: string; keepUntil: number | null },
): Promise<readonly Counted[]> {
  const [intents, validations, claims] = [
    await tx.find("intents", { where: { key: { in: ready.map(({ key }) => key) } }, columns: ["key", "outcome"] }),
    await tx.find("validations", {
      where: { id: { in: ready.map(({ validation }) => validation) } },
      columns: COUNTED_FACTS,
    }),
    await tx.find("claims", { where: { machine: { in: ready.map(({ machine }) => machine) } } }),
  ];
  const intentOf = new Map(intents.map((row) => [row.key, row]));
  const validationOf = new Map(validations.map((row) => [row.id, row]));
  const claimOf = new Map(claims.map((row) => [row.machine, row]));
  const claimed: Counted[] = [];
  const late: ReadyPass[] = [];
  for (const pass of ready) {
    const intent = intentOf.get(pass.key);
    if (intent === undefined || intent.outcome !== null) continue;
    const validation = validationOf.get(pass.validation);
    const claim = claimOf.get(pass.machine);
    const ours =
      validation?.acting === pass.key && claim?.holder === objectOf(validation) && claim.fence === pass.fence;
    if (ours) claimed.push({ pass, validation });
    else late.push(pass);
  }
  const held = await stillHeld(tx, claimed, now);
  const counts = claimed.filter(({ pass }) => held.has(pass.machine));
  late.push(...claimed.flatMap(({ pass }) => (held.has(pass.machine) ? [] : [pass])));
  if (late.length > 0)
    await tx.update(
      "intents",
      late.map(({ key }) => ({
        key: { key },
        set: { outcome: "abandoned" as const, outcome_at: now },
        when: { outcome: null },
      })),
    );
  if (counts.length > 0) await count(tx, counts, { now, actor, keepUntil });
  return counts;
}

/** What is read of a validation to count a pass for it. */
const COUNTED_FACTS = [
  "id",
  "status",
  "acting",
  "passes_done",
  "revision",
] as const satisfies readonly (keyof Validation)[];

/** A pass with the validation that it is counted for. */
interface Counted {
  readonly pass: ReadyPass;
  readonly validation: Pick<Validation, (typeof COUNTED_FACTS)[number]>;
}

/**
 * Writes the claims under which passes count, which one that holds its validation gives up: of two
 * transactions of which one moves a claim only one commits. @returns the machines whose claim was held
 */
async function stillHeld(tx: Tx, claimed: readonly Counted[], now: number): Promise<ReadonlySet<number>> {
  const written = await tx.update(
    "claims",
    claimed.map(({ pass, validation }) => ({
      key: { machine: pass.machine },
      set: pass.hold === undefined ? {} : { holder: null, at: now },
      when: { holder: objectOf(validation), fence: pass.fence },
    })),
  );
  return new Set(written.map(({ machine }) => machine));
}

async function count(
  tx: Tx,
  counts: readonly Counted[],
  { now, actor, keepUntil }: { now: number; actor: string; keepUntil: number | null },
): Promise<void> {
  const judged = counts.filter(({ pass }) => pass.hold === undefined);
  await tx.insert(
    "passes",
    judged.map(({ pass }) => passRow(pass, now)),
  );
  await tx.insert(
    "results",
    judged.flatMap(({ pass }) => resultRows(pass)),
  );
  const blobs = blobRows(
    judged.map(({ pass }) => pass),
    now,
    keepUntil,
  );
  if (blobs.length > 0) await tx.upsert("evidence_blobs", blobs);
  await insertTrials(
    tx,
    judged.flatMap(({ pass }) => pass.trials ?? []),
  );
  await tx.update(
    "intents",
    counts.map(({ pass }) => ({ key: { key: pass.key }, set: { outcome: "done" as const, outcome_at: now } })),
  );
  await tx.update(
    "validations",
    counts.map(({ pass, validation }) => ({
      key: { id: validation.id },
      set: afterPass(validation, pass, now),
      when: { revision: validation.revision },
    })),
  );
  const ids = await tx.nextIds("event", counts.length);
  await tx.insert(
    "audit",
    counts.map(({ pass, validation }, index) => ({
      id: ids[index] ?? 0,
      at: now,
      actor,
      object: objectOf(validation),
      from_state: validation.status,
      to_state: pass.hold === undefined ? validation.status : "held",
      reason:
        pass.hold?.reason ??
        `${pass.kind === "required" ? "" : `${pass.kind} `}pass ${String(pass.runIndex)}` +
          `${pass.try === 0 ? "" : `, try ${String(pass.try + 1)}`}: ${pass.verdict}`,
      detail: detailOf(pass.hold),
    })),
  );
}

/** What the audit keeps of a hold for programs: its code, and the key that the node showed. */
const detailOf = (hold: Hold | undefined): (HostKeyDetail & { readonly code: ReasonCode }) | null =>
  hold === undefined ? null : { code: hold.code, ...(hold.hostKey === undefined ? {} : { hostKey: hold.hostKey }) };

function afterPass(validation: Counted["validation"], pass: ReadyPass, now: number): Partial<Validation> {
  const common = { acting: null, failures: 0, revision: validation.revision + 1 };
  if (pass.hold !== undefined)
    return {
      ...common,
      status: "held",
      reason_code: pass.hold.code,
      reason: pass.hold.reason,
      due_at: pass.hold.retryAt,
    };
  return {
    ...common,
    due_at: now,
    reason_code: "PassDone",
    reason: `pass ${String(pass.runIndex)}: ${pass.verdict}`,
    tries: pass.verdict === "inconclusive" ? pass.try + 1 : 0,
    passes_done: validation.passes_done + (pass.verdict === "pass" && pass.kind === "required" ? 1 : 0),
    run_index: pass.verdict === "inconclusive" ? pass.runIndex : pass.runIndex + 1,
  };
}

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

function blobRows(passes: readonly ReadyPass[], now: number, keepUntil: number | null): Row<"evidence_blobs">[] {
  const rows = new Map<string, Row<"evidence_blobs">>();
  const keep = (digest: string, size: number): void =>
    void rows.set(digest, { digest, size, stored_at: now, keep_until: keepUntil, expired_at: null });
  for (const { evidence, judgedBy } of passes) {
    for (const { out, err, size } of Object.values(evidence)) {
      if (out !== null) keep(out, size);
      if (err !== null) keep(err, 0);
    }
    keep(judgedBy.expectations, 0);
  }
  return [...rows.values()];
}
