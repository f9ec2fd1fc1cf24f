import type { BanCause } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row, Store, Tx } from "@slipway/store";
import { BY_HAND, insertBan } from "../bans/insert-ban.ts";
import { liftBan as lift } from "../bans/lift-bans.ts";
import { endBan, RELEASES } from "@slipway/nodes";
import type { Fleet } from "@slipway/fleet";
import { BY_HAND_PER_HOUR, refuseTooMany } from "../limits/by-hand.ts";
import { endOpenValidation } from "../claims/end-validation.ts";
import type { HostKeyDetail } from "./host-key.ts";
import { objectOf } from "../worker/parts.ts";
import { inTheNameOf, newHeader, type ChangeSet, type Said } from "@slipway/reconciler";
import { VALIDATIONS } from "../worker/turn.ts";

/** Bans a machine in somebody's name, with all that a ban entails. @returns the ban's number */
export function banByHand(
  store: Store,
  fleet: Fleet,
  { machine, cause, ...said }: Said & { readonly machine: number; readonly cause: BanCause },
): Promise<number> {
  return inTheNameOf(store, said, async (tx, change) => {
    const id = await insertBan({ tx, change, fleet }, await known(tx, machine), {
      cause,
      at: change.now,
      by: said.by,
      reason: said.reason,
      source: BY_HAND,
      externalId: null,
    });
    if (id === undefined) throw new TypeError("a ban without the id of a sender was taken for one sent before");
    return id;
  });
}

/**
 * Lifts a ban in somebody's name; the machine stands unproven, unless another ban of it is open.
 *
 * @param said `perHour`: how many machines one person may lift bans of or let in within an hour, as clusters.yaml says
 * @returns the machine
 * @throws SlipwayError of kind `input` for a ban that is not there or is lifted, and beyond that limit
 */
export function liftBan(
  store: Store,
  { ban: id, perHour = BY_HAND_PER_HOUR, ...said }: Said & { readonly ban: number; readonly perHour?: number },
): Promise<number> {
  return inTheNameOf(store, said, async (tx, change) => {
    await refuseTooMany(tx, { by: said.by, now: change.now, perHour });
    const ban = await tx.get("bans", { id });
    if (ban === undefined) throw new SlipwayError("input", `there is no ban ${String(id)}`);
    if (ban.lifted_at !== null)
      throw new SlipwayError("input", `ban ${String(id)} is lifted already, by ${ban.lifted_by ?? "somebody"}`);
    const machine = await known(tx, ban.machine);
    await lift({ tx, change }, machine, ban, { at: change.now, by: said.by, reason: said.reason, givesBack: false });
    return machine.id;
  });
}

/** Admits a machine without its passes: a release marked as an override in every record and rate. @returns its number */
export function override(
  store: Store,
  fleet: Fleet,
  { machine: wanted, ...said }: Said & { readonly machine: number },
): Promise<number> {
  return inTheNameOf(store, said, async (tx, change) => {
    await refuseTooMany(tx, { by: said.by, now: change.now, perHour: fleet.clusters.blastRadius.byHandPerHour });
    const machine = await known(tx, wanted);
    if (machine.account === "InPool") throw new SlipwayError("input", `m-${String(machine.id)} is in service already`);
    const [placement] = await tx.find("placements", { where: { machine: machine.id, until_at: null }, limit: 1 });
    if (placement === undefined)
      throw new SlipwayError("input", `m-${String(machine.id)} stands nowhere, so it cannot be put in service`);
    const validation = await endOpenValidation({ tx, change }, machine, {
      status: "cancelled",
      reason_code: "Overridden",
      reason: `overridden by ${said.by}: ${said.reason}`,
    });
    const [id = 0] = await tx.nextIds("object", 1);
    for (const ban of await tx.find("bans", { where: { machine: machine.id, lifted_at: null } }))
      endBan(change, ban, { at: change.now, by: said.by, reason: `override: ${said.reason}` });
    // Nobody has to be told: who overrides does so.
    const header = newHeader(change, {
      status: "finished",
      reason_code: "Overridden",
      reason: said.reason,
      priority: 1,
    });
    change.create(
      RELEASES,
      {
        ...header,
        due_at: null,
        finished_at: change.now,
        id,
        validation: validation?.id ?? null,
        machine: machine.id,
        node: placement.node_name ?? "",
        cluster: placement.cluster,
        vendor: machine.vendor,
        sku: machine.sku,
        segment: fleet.segmentOf(placement.cluster),
        entry: "override",
        at: change.now,
        decided_by: said.by,
        record: {
          reason: said.reason,
          systemSerial: machine.system_serial,
          gpuSerials: machine.gpu_serials,
          gpuUuids: machine.gpu_uuids,
          passesDone: validation?.passes_done ?? 0,
          passesRequired: validation?.passes_required ?? null,
        },
      },
      { detail: { entry: "override", validation: validation?.id ?? null } },
    );
    change.book(machine, "InPool", `release/${String(id)}`);
    return id;
  });
}

/**
 * Puts a held validation in line again in somebody's name, with as many further tries as its lane gives a pass. One that
 * is held for a changed host key accepts that key.
 *
 * @throws SlipwayError of kind `input` for a number that no validation has, and for one that is not held
 */
export function retryValidation(
  store: Store,
  { validation: id, ...said }: Said & { readonly validation: number },
): Promise<void> {
  return inTheNameOf(store, said, (tx, change) => queueAgain(tx, change, { validation: id, reason: said.reason }));
}

/** The same within a transaction. */
export async function queueAgain(
  tx: Tx,
  change: ChangeSet,
  { validation: id, reason }: { readonly validation: number; readonly reason: string },
): Promise<void> {
  const validation = await tx.get("validations", { id });
  if (validation === undefined) throw new SlipwayError("input", `there is no validation ${String(id)}`);
  const { policy, tries, status } = validation;
  if (status !== "held")
    throw new SlipwayError("input", `validation ${String(id)} is ${status}; only a held one can be taken up again`);
  const holds = await tx.find("audit", {
    where: { object: objectOf(validation), to_state: "held" },
    orderBy: ["-id"],
    limit: 1,
  });
  const { hostKey } = (holds[0]?.detail ?? {}) as HostKeyDetail;
  const set = {
    status: "queued" as const,
    reason_code: "AskedAgain" as const,
    reason,
    policy: { ...policy, inconclusiveRetries: policy.inconclusiveRetries + tries + 1 },
    due_at: change.now,
  };
  change.transition(VALIDATIONS, validation, set, hostKey === undefined ? null : { acceptedHostKey: hostKey });
}

async function known(tx: Tx, id: number): Promise<Row<"machines">> {
  const machine = await tx.get("machines", { id });
  if (machine === undefined) throw new SlipwayError("input", `there is no machine m-${String(id)}`);
  return machine;
}
