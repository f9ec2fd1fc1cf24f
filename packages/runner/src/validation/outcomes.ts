import type { EntryKind, ReleaseRecord, Trigger } from "@slipway/domain";
import { endBan, RELEASES } from "@slipway/nodes";
import { newHeader } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { BY_VALIDATION } from "../bans/insert-ban.ts";
import { freeClaim } from "../claims/end-validation.ts";
import { checksFor, looseFields } from "../worker/node-facts.ts";
import type { Validation } from "../worker/parts.ts";
import { VALIDATIONS, type Turn } from "../worker/turn.ts";

const ENTRY: Readonly<Record<Trigger, EntryKind>> = {
  "re-entry": "move",
  "post-maintenance": "maintenance",
  "post-repair": "ofr",
  "post-ban": "ofr",
  "new-hardware": "new",
  canary: "new",
  "on-demand": "maintenance",
};

/** Columns of a pass for deciding and for release records; those of its evidence are large and are not read. */
export const PASS_FACTS = [
  "validation",
  "attempt",
  "run_index",
  "try",
  "kind",
  "verdict",
  "boot_id",
  "gpu_serials",
  "gpu_uuids",
  "finished_at",
  "judged_by",
] as const satisfies readonly (keyof Row<"passes">)[];
export type PassFacts = Pick<Row<"passes">, (typeof PASS_FACTS)[number]>;

interface ReleaseDecision {
  readonly entry: "passed" | "canary" | "override";
  readonly reason: string;
  readonly passes: readonly PassFacts[];
  readonly by?: string;
}

/**
 * Lets a machine in, with the record of what was proven; giving it back to its vendor's pool is an act. What validations
 * banned is lifted by it; the ban of a vendor, a scheduler or a person stands, and keeps the machine out until it is lifted.
 */
export async function release(
  turn: Turn,
  validation: Validation,
  machine: Row<"machines">,
  decision: ReleaseDecision,
): Promise<void> {
  const { tx, change } = turn;
  const [id = 0] = await tx.nextIds("object", 1);
  const object = `release/${String(id)}`;
  const entry = decision.entry === "passed" ? ENTRY[validation.trigger] : decision.entry;
  const by = decision.by ?? "policy";
  const { node, cluster, vendor, sku, segment } = validation;
  const record = await releaseRecord(turn, validation, machine, decision);
  const header = newHeader(change, { status: "open", reason_code: "LetIn", reason: decision.reason, priority: 1 });
  const proven = { validation: validation.id, machine: machine.id, entry, at: change.now, decided_by: by, record };
  change.create(RELEASES, { ...header, id, node, cluster, vendor, sku, segment, ...proven }, { detail: { entry } });
  change.tick(object, header.priority);
  await letIn(turn, machine, { by, object });
  await freeClaim(turn, validation);
  change.transition(
    VALIDATIONS,
    validation,
    {
      status: "released",
      reason_code:
        decision.entry === "passed" ? "PassesDone" : decision.entry === "canary" ? "CanaryArm" : "Overridden",
      reason: decision.reason,
      due_at: null,
      acting: null,
      finished_at: change.now,
      passes_done: Math.max(validation.passes_done, decision.entry === "passed" ? validation.passes_required : 0),
    },
    { release: id, entry },
  );
}

/** Lifts the bans of validations. Another's ban is lifted only by whoever made it; until then the machine stays out. */
async function letIn(
  turn: Turn,
  machine: Row<"machines">,
  { by, object }: { readonly by: string; readonly object: string },
): Promise<void> {
  const open = await turn.tx.find("bans", { where: { machine: machine.id, lifted_at: null } });
  const own = open.filter(({ source }) => source === BY_VALIDATION);
  for (const ban of own) endBan(turn.change, ban, { at: turn.change.now, by, reason: object });
  const isIn = own.length === open.length;
  turn.change.book(machine, isIn ? "InPool" : "Banned", object);
}

/** What was proven of a machine when it was let in. */
async function releaseRecord(
  { parts, tx }: Turn,
  validation: Validation,
  machine: Row<"machines">,
  { reason, passes }: ReleaseDecision,
): Promise<ReleaseRecord> {
  const last = passes.findLast(({ verdict }) => verdict === "pass");
  const [placement] = await tx.find("placements", { where: { machine: machine.id, until_at: null }, limit: 1 });
  const named = [...new Set([...validation.first_checks, ...validation.checks])];
  return {
    reason,
    lane: validation.lane,
    laneDigest: validation.lane_digest,
    laneReason: validation.lane_reason,
    notRequired: checksFor(parts.fleet, validation, named).notRequired,
    bootId: last?.boot_id ?? null,
    systemSerial: machine.system_serial,
    gpuSerials: last?.gpu_serials ?? machine.gpu_serials,
    gpuUuids: last?.gpu_uuids ?? machine.gpu_uuids,
    ibkey: placement?.ibkey ?? null,
    image: last?.judged_by.image ?? null,
    firmware: (await looseFields(tx, [machine.id], parts.fleet.precedence)).get(machine.id)?.firmware ?? null,
    passesRequired: validation.passes_required,
    passes: passes.map(({ attempt, run_index, try: tried, verdict, kind }) => ({
      attempt,
      run_index,
      try: tried,
      verdict,
      kind,
    })),
    coin: validation.coin,
  };
}
