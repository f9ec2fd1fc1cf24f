import type { BanCause } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Queue, Row, Store, Tx } from "@slipway/store";
import type { Fleet } from "../fleet/fleet.ts";
import { replaceCanary } from "../canary/replace-canary.ts";
import { objectOf } from "./parts.ts";
import { Writes } from "./writes.ts";

/** Who says something, and why: never silently. */
export interface Said {
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What people do sends no jobs of its own: a worker's sweep and intake see the rows. */
const noQueue: Pick<Queue, "send"> = { send: () => Promise.resolve() };

async function write<T>(store: Store, { by, now }: Said, work: (tx: Tx, writes: Writes) => Promise<T>): Promise<T> {
  return store.transaction(async (tx) => {
    const writes = new Writes(now, by);
    const result = await work(tx, writes);
    await writes.flush(tx, noQueue as Queue);
    return result;
  });
}

/** Bans a machine in somebody's name; an open validation of it ends. @returns the ban's number */
export function banByHand(
  store: Store,
  fleet: Fleet,
  { machine, cause, ...said }: Said & { readonly machine: number; readonly cause: BanCause },
): Promise<number> {
  return write(store, said, (tx, writes) =>
    insertBan(tx, writes, fleet, {
      machine,
      cause,
      at: said.now,
      by: said.by,
      reason: said.reason,
      source: BY_HAND,
      externalId: null,
    }),
  );
}

/** The source of a ban that a person made: only a person ends it. */
export const BY_HAND = "person";

interface NewBan {
  readonly machine: number;
  readonly cause: BanCause;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly source: string;
  readonly externalId: string | null;
}

/** Inserts a ban; 0 when the sender has sent it before. */
export async function insertBan(tx: Tx, writes: Writes, fleet: Fleet, ban: NewBan): Promise<number> {
  const machine = await known(tx, ban.machine);
  const [placement] = await tx.find("placements", { where: { machine: machine.id }, orderBy: ["-from_at"], limit: 1 });
  const [letIn] = await tx.find("releases", { where: { machine: machine.id }, orderBy: ["-at", "-id"], limit: 1 });
  const [id = 0] = await tx.nextIds("object", 1);
  const cluster = placement?.cluster ?? null;
  const inserted = await tx.insert(
    "bans",
    [
      {
        id,
        revision: 1,
        machine: machine.id,
        node: placement?.node_name ?? `m-${String(machine.id)}`,
        cluster,
        vendor: machine.vendor,
        sku: machine.sku,
        segment: fleet.segmentOf(cluster),
        at: ban.at,
        cause: ban.cause,
        attribution: { findings: [], rule: `said by ${ban.by}` },
        owner: fleet.ownerOf(cluster, ban.cause),
        reason: ban.reason,
        by: ban.by,
        source: ban.source,
        external_id: ban.externalId,
        validation: null,
        release: letIn?.id ?? null,
        lifted_at: null,
        lifted_by: null,
        lift_reason: null,
      },
    ],
    { skipConflicts: true },
  );
  if (inserted.length === 0) return 0;
  await endOpenValidation(tx, writes, machine, `banned: ${ban.reason}`);
  writes.book(machine, "Banned", `ban/${String(id)}`);
  await replaceCanary(tx, writes, machine);
  writes.audit(`ban/${String(id)}`, {
    from: null,
    to: "banned",
    reason: ban.reason,
    detail: { cause: ban.cause, source: ban.source },
  });
  return id;
}

/** Lifts a ban in somebody's name; the machine stands unproven. @returns the machine */
export function liftBan(store: Store, { ban: id, ...said }: Said & { readonly ban: number }): Promise<number> {
  return write(store, said, async (tx, writes) => {
    const ban = await tx.get("bans", { id });
    if (ban === undefined) throw new SlipwayError("input", `there is no ban ${String(id)}`);
    if (ban.lifted_at !== null)
      throw new SlipwayError("input", `ban ${String(id)} is lifted already, by ${ban.lifted_by ?? "somebody"}`);
    await tx.update("bans", [
      {
        key: { id },
        set: { lifted_at: said.now, lifted_by: said.by, lift_reason: said.reason, revision: ban.revision + 1 },
      },
    ]);
    const machine = await known(tx, ban.machine);
    const others = await tx.find("bans", { where: { machine: machine.id, lifted_at: null } });
    if (machine.account === "Banned" && others.every((other) => other.id === id))
      writes.book(machine, "Spare", `ban/${String(id)}`);
    writes.audit(`ban/${String(id)}`, { from: "banned", to: "lifted", reason: said.reason });
    return machine.id;
  });
}

/** Lets a machine in without its passes: a release of its own kind, told apart in every record and rate. @returns its number */
export function override(
  store: Store,
  fleet: Fleet,
  { machine: wanted, ...said }: Said & { readonly machine: number },
): Promise<number> {
  return write(store, said, async (tx, writes) => {
    const machine = await known(tx, wanted);
    if (machine.account === "InPool") throw new SlipwayError("input", `m-${String(machine.id)} is in service already`);
    const [placement] = await tx.find("placements", { where: { machine: machine.id, until_at: null }, limit: 1 });
    if (placement === undefined)
      throw new SlipwayError("input", `m-${String(machine.id)} stands nowhere, so it cannot be put in service`);
    const validation = await endOpenValidation(tx, writes, machine, `overridden by ${said.by}: ${said.reason}`);
    const [id = 0] = await tx.nextIds("object", 1);
    const banned = await tx.find("bans", { where: { machine: machine.id, lifted_at: null } });
    if (banned.length > 0)
      await tx.update(
        "bans",
        banned.map((ban) => ({
          key: { id: ban.id },
          set: {
            lifted_at: said.now,
            lifted_by: said.by,
            lift_reason: `override: ${said.reason}`,
            revision: ban.revision + 1,
          },
        })),
      );
    await tx.insert("releases", [
      {
        id,
        validation: validation?.id ?? null,
        machine: machine.id,
        node: placement.node_name ?? "",
        cluster: placement.cluster,
        vendor: machine.vendor,
        sku: machine.sku,
        segment: fleet.segmentOf(placement.cluster),
        entry: "override",
        at: said.now,
        decided_by: said.by,
        record: {
          reason: said.reason,
          systemSerial: machine.system_serial,
          gpuSerials: machine.gpu_serials,
          passesDone: validation?.passes_done ?? 0,
          passesRequired: validation?.passes_required ?? null,
        },
      },
    ]);
    writes.book(machine, "InPool", `release/${String(id)}`);
    writes.audit(`release/${String(id)}`, {
      from: null,
      to: "override",
      reason: said.reason,
      detail: { validation: validation?.id ?? null },
    });
    return id;
  });
}

/** Ends the open validation of a machine that is taken out otherwise; a pass of it under way counts no more. */
export async function endOpenValidation(
  tx: Tx,
  writes: Writes,
  machine: Row<"machines">,
  reason: string,
): Promise<Row<"validations"> | undefined> {
  const [validation] = await tx.find("validations", {
    where: { machine: machine.id, status: { in: ["queued", "running", "held"] } },
    limit: 1,
  });
  if (validation === undefined) return undefined;
  writes.transition(validation, { status: "cancelled", reason, due_at: null, acting: null, finished_at: writes.now });
  const claim = await tx.get("claims", { machine: machine.id });
  if (claim?.holder === objectOf(validation)) writes.claim(machine.id, null, claim.fence);
  return validation;
}

async function known(tx: Tx, id: number): Promise<Row<"machines">> {
  const machine = await tx.get("machines", { id });
  if (machine === undefined) throw new SlipwayError("input", `there is no machine m-${String(id)}`);
  return machine;
}
