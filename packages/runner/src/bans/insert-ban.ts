import type { Account, Attribution, BanCause } from "@slipway/domain";
import type { Row, Tx } from "@slipway/store";
import { replaceCanary } from "./replace-canary.ts";
import type { Fleet } from "@slipway/fleet";
import { endOpenValidation } from "../claims/end-validation.ts";
import type { Validation } from "../worker/parts.ts";
import { newHeader, type ChangeSet } from "@slipway/reconciler";
import { isGraver } from "@slipway/policy";
import { BANS, endBan } from "@slipway/nodes";

/** The source of a ban that a person made: only a person ends it. */
export const BY_HAND = "person";
/** The source of a ban by a validation: a release ends it, for it proves the machine anew. */
export const BY_VALIDATION = "validation";

/** A transaction that makes bans or ends them. */
export interface BanTurn {
  readonly tx: Tx;
  readonly change: ChangeSet;
  readonly fleet: Fleet;
}

export interface NewBan {
  readonly cause: BanCause;
  readonly attribution?: Attribution;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly source: string;
  /** The sender's own id: the same one twice is one ban. */
  readonly externalId: string | null;
  /** The validation that the machine failed. */
  readonly failed?: Validation;
}

/** At a vendor's: a ban says nothing of where they are. */
const AWAY: readonly Account[] = ["OFR", "RMA"];

/**
 * Bans a machine, whoever says so, with all that a ban entails: the account of the ledger, the open validation and its
 * claim, a canary node's successor, the vendor's repair and the audit.
 *
 * A machine has one open ban of each source. A further one takes its place, unless the open one of a sender is for a
 * cause that is graver: then the further one is kept as lifted, and nothing else changes.
 *
 * @returns its number; undefined when the sender sent it before
 */
export async function insertBan(turn: BanTurn, machine: Row<"machines">, ban: NewBan): Promise<number | undefined> {
  const { tx, change } = turn;
  const { source, externalId } = ban;
  if (externalId !== null && (await tx.count("bans", { source, external_id: externalId })) > 0) return undefined;
  const open = await tx.find("bans", { where: { machine: machine.id, source, lifted_at: null } });
  const graver = open.find(({ cause }) => source !== BY_VALIDATION && isGraver(cause, ban.cause));
  const row = await rowOf(turn, machine, ban);
  const object = `ban/${String(row.id)}`;
  if (graver === undefined) for (const one of open) endBan(change, one, { at: ban.at, by: ban.by, reason: object });
  // Of two that take one event in at once the second runs again, and finds it.
  change.create(BANS, row, { detail: { machine: machine.id, cause: ban.cause, source } });
  if (graver === undefined) await entail(turn, machine, row, ban.failed);
  else endBan(change, row, { at: ban.at, by: ban.by, reason: `ban/${String(graver.id)} stands` });
  return row.id;
}

/** What a ban that stands changes besides itself. */
async function entail(
  { tx, change, fleet }: BanTurn,
  machine: Row<"machines">,
  ban: Row<"bans">,
  failed: Validation | undefined,
): Promise<void> {
  const object = `ban/${String(ban.id)}`;
  await endOpenValidation(
    { tx, change },
    machine,
    failed === undefined
      ? { status: "cancelled", reason_code: "TakenOut", reason: `banned: ${ban.reason}` }
      : {
          status: "banned",
          reason_code: "PassFailed",
          reason: ban.reason,
          owner: fleet.ownerOf(ban.cluster, ban.cause),
          detail: { ban: ban.id, cause: ban.cause },
        },
    failed,
  );
  if (!AWAY.includes(change.accountOf(machine))) change.book(machine, "Banned", object);
  await replaceCanary(tx, change, machine);
  change.tick(object, ban.priority);
}

async function rowOf(turn: BanTurn, machine: Row<"machines">, { failed, ...ban }: NewBan): Promise<Row<"bans">> {
  const { tx, fleet } = turn;
  const [placement] = await tx.find("placements", { where: { machine: machine.id }, orderBy: ["-from_at"], limit: 1 });
  const [letIn] = await tx.find("releases", { where: { machine: machine.id }, orderBy: ["-at", "-id"], limit: 1 });
  const [id = 0] = await tx.nextIds("object", 1);
  const place = failed ?? {
    node: placement?.node_name ?? `m-${String(machine.id)}`,
    cluster: placement?.cluster ?? null,
    vendor: machine.vendor,
    sku: machine.sku,
    segment: fleet.segmentOf(placement?.cluster ?? null),
  };
  return {
    ...newHeader(turn.change, { status: "open", reason_code: "Banned", reason: ban.reason, priority: 1 }),
    owner: fleet.ownerOf(place.cluster, ban.cause),
    id,
    machine: machine.id,
    node: place.node,
    cluster: place.cluster,
    vendor: place.vendor,
    sku: place.sku,
    segment: place.segment,
    at: ban.at,
    cause: ban.cause,
    attribution: ban.attribution ?? { findings: [], rule: `said by ${ban.by}` },
    why: ban.reason,
    by: ban.by,
    source: ban.source,
    external_id: ban.externalId,
    validation: failed?.id ?? null,
    from_service: await tookOutOfService(turn, machine, failed),
    release: letIn?.id ?? null,
    lifted_at: null,
    lifted_by: null,
    lift_reason: null,
  };
}

/** Whether a machine was in service until now, or until its validation took it from there. */
async function tookOutOfService(
  { tx, change }: BanTurn,
  machine: Row<"machines">,
  failed: Validation | undefined,
): Promise<boolean> {
  const account = change.accountOf(machine);
  if (account !== "Validating") return account === "InPool";
  if (failed !== undefined) return failed.from_service;
  return (await tx.count("validations", { machine: machine.id, finished_at: null, from_service: true })) > 0;
}
