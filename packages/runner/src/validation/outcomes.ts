import type { Attribution, BanCause, EntryKind, Trigger } from "@slipway/domain";
import type { Row } from "@slipway/store";
import { replaceCanary } from "../canary/replace-canary.ts";
import { checksFor, looseFields } from "./node-facts.ts";
import { objectOf, type Validation } from "./parts.ts";
import { needsOf } from "./routing.ts";
import type { Turn } from "./writes.ts";

const ENTRY: Readonly<Record<Trigger, EntryKind>> = {
  "re-entry": "move",
  "post-maintenance": "maintenance",
  "post-repair": "ofr",
  "post-ban": "ofr",
  "new-hardware": "new",
  canary: "new",
  "on-demand": "maintenance",
};

/** What deciding and a release record need of a pass; its evidence, by far the most of it, stays in the store. */
export const PASS_FACTS = [
  "validation",
  "attempt",
  "run_index",
  "try",
  "kind",
  "verdict",
  "boot_id",
  "gpu_serials",
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

/** Lets a machine in, with the record of what was proven; giving it back to its vendor's pool is an act. */
export async function release(
  turn: Turn,
  validation: Validation,
  machine: Row<"machines">,
  decision: ReleaseDecision,
): Promise<void> {
  const { parts, tx, writes } = turn;
  const [id = 0] = await tx.nextIds("object", 1);
  const object = `release/${String(id)}`;
  const entry = decision.entry === "passed" ? ENTRY[validation.trigger] : decision.entry;
  const by = decision.by ?? "policy";
  const { node, cluster, vendor, sku, segment } = validation;
  const record = await releaseRecord(turn, validation, machine, decision);
  await tx.insert("releases", [
    {
      id,
      validation: validation.id,
      machine: machine.id,
      node,
      cluster,
      vendor,
      sku,
      segment,
      entry,
      at: writes.now,
      decided_by: by,
      record,
    },
  ]);
  await liftBans(turn, machine, { by, reason: object });
  writes.book(machine, "InPool", object);
  await freeClaim(turn, validation);
  writes.transition(
    validation,
    {
      status: "released",
      reason_code:
        decision.entry === "passed" ? "PassesDone" : decision.entry === "canary" ? "CanaryArm" : "Overridden",
      reason: decision.reason,
      due_at: null,
      acting: null,
      finished_at: writes.now,
      passes_done: Math.max(validation.passes_done, decision.entry === "passed" ? validation.passes_required : 0),
    },
    { release: id, entry },
  );
  if (parts.capabilities.get(validation.adapter)?.returnToService === true)
    writes.intent(
      {
        key: `${object}/return-to-service`,
        object,
        act: "return-to-service",
        needs: needsOf(parts.capabilities, "return-to-service", validation),
        machine: machine.id,
        fence: 0,
        before: { validation: validation.id },
      },
      1,
    );
}

async function liftBans(
  { tx, writes }: Turn,
  machine: Row<"machines">,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> {
  const banned = await tx.find("bans", { where: { machine: machine.id, lifted_at: null } });
  if (banned.length === 0) return;
  await tx.update(
    "bans",
    banned.map((ban) => ({
      key: { id: ban.id },
      set: { lifted_at: writes.now, lifted_by: by, lift_reason: reason, revision: ban.revision + 1 },
    })),
  );
}

/** What was proven of a machine when it was let in. */
async function releaseRecord(
  { parts, tx }: Turn,
  validation: Validation,
  machine: Row<"machines">,
  { reason, passes }: ReleaseDecision,
): Promise<Row<"releases">["record"]> {
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
    ibkey: placement?.ibkey ?? null,
    image: last?.judged_by.image ?? null,
    firmware: (await looseFields(tx, [machine.id])).get(machine.id)?.firmware ?? null,
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

/** Takes a machine out for bad health, says what for, and who answers for it. */
export async function ban(
  turn: Turn,
  validation: Validation,
  machine: Row<"machines">,
  why: { readonly reason: string; readonly cause: BanCause; readonly attribution: Attribution },
): Promise<void> {
  const { parts, tx, writes } = turn;
  const [id = 0] = await tx.nextIds("object", 1);
  const owner = parts.fleet.ownerOf(validation.cluster, why.cause);
  const [letIn] = await tx.find("releases", { where: { machine: machine.id }, orderBy: ["-at", "-id"], limit: 1 });
  const { node, cluster, vendor, sku, segment } = validation;
  await tx.insert("bans", [
    {
      id,
      revision: 1,
      machine: machine.id,
      node,
      cluster,
      vendor,
      sku,
      segment,
      at: writes.now,
      cause: why.cause,
      attribution: why.attribution,
      owner,
      reason: why.reason,
      by: "policy",
      source: "validation",
      external_id: objectOf(validation),
      validation: validation.id,
      release: letIn?.id ?? null,
      lifted_at: null,
      lifted_by: null,
      lift_reason: null,
    },
  ]);
  writes.book(machine, "Banned", `ban/${String(id)}`);
  await replaceCanary(tx, writes, machine);
  await freeClaim(turn, validation);
  writes.transition(
    validation,
    {
      status: "banned",
      reason_code: "PassFailed",
      reason: why.reason,
      owner,
      due_at: null,
      acting: null,
      finished_at: writes.now,
    },
    { ban: id, cause: why.cause },
  );
  askForRepair(turn, validation, { id, machine: machine.id, cause: why.cause });
}

/** Where the vendor repairs by itself, its repair of what may be its fault is an act. */
export function askForRepair(
  { parts, writes }: Turn,
  { adapter, vendor, id: validation }: Pick<Validation, "id" | "adapter" | "vendor">,
  ban: { readonly id: number; readonly machine: number; readonly cause: BanCause },
): void {
  const repairs =
    parts.capabilities.get(adapter)?.repair === true &&
    parts.fleet.clusters.vendors[vendor ?? ""]?.repair === "automatic";
  if (!repairs || !["hardware", "fabric", "platform"].includes(ban.cause)) return;
  const object = `ban/${String(ban.id)}`;
  writes.intent(
    {
      key: `${object}/open-repair`,
      object,
      act: "open-repair",
      needs: needsOf(parts.capabilities, "open-repair", { adapter }),
      machine: ban.machine,
      fence: 0,
      before: { validation, cause: ban.cause },
    },
    1,
  );
}

async function freeClaim({ tx, writes }: Turn, validation: Validation): Promise<void> {
  const claim = await tx.get("claims", { machine: validation.machine });
  if (claim?.holder === objectOf(validation)) writes.claim(validation.machine, null, claim.fence);
}
