import { machineName } from "@slipway/policy";
import type { KeyOf, Tx } from "@slipway/store";
import { ChangeSet, objectOf } from "@slipway/reconciler";
import { isGraver } from "@slipway/policy";
import { endBan } from "./end-ban.ts";
import { BANS, RELEASES, VALIDATIONS } from "./kinds.ts";

/** What undoing a merge needs: what the merged machine had at that time. */
export interface Merged {
  readonly sightings: readonly number[];
  readonly validations: readonly number[];
  readonly passes: readonly KeyOf<"passes">[];
  readonly bans: readonly number[];
  readonly releases: readonly number[];
  readonly attempts: readonly string[];
  readonly imported: readonly KeyOf<"imported_events">[];
  /** Passes and validations that the other machine had at that time; later ones are told apart by their evidence. */
  readonly keeper: { readonly passes: readonly KeyOf<"passes">[]; readonly validations: readonly number[] };
}

/** Credits all that one machine has to another. The caller derives the latter again. */
export async function mergeMachines(tx: Tx, into: number, from: number): Promise<Merged> {
  const change = new ChangeSet(await tx.now(), "identity", tx);
  await endSecondValidation(tx, change, { into, from });
  await liftSecondBans(tx, change, { into, from });
  await change.flush(tx, { kinds: [] });
  const { passes, validations } = await possessions(tx, into);
  const merged: Merged = { ...(await possessions(tx, from)), keeper: { passes, validations } };
  await credit(tx, merged, into);
  await tx.update("machines", [{ key: { id: from }, set: { merged_into: into } }]);
  await forget(tx, [from]);
  return merged;
}

/** The machine that is kept, and the one that is merged into it. */
interface Pair {
  readonly into: number;
  readonly from: number;
}

/** A machine has one open validation: of two, that of the machine that is merged into the other ends. */
async function endSecondValidation(tx: Tx, change: ChangeSet, { into, from }: Pair): Promise<void> {
  const open = await tx.find("validations", {
    where: { machine: { in: [into, from] }, status: { in: ["queued", "running", "held"] } },
  });
  const second = open.find(({ machine }) => machine === from);
  if (second === undefined || open.length < 2) return;
  const reason = `${machineName(from)} is one machine with ${machineName(into)}, which is validated already`;
  const end = { due_at: null, acting: null, finished_at: change.now };
  change.transition(VALIDATIONS, second, { status: "cancelled", reason_code: "MachineMerged", reason, ...end });
  change.free(await tx.get("claims", { machine: from }), objectOf(VALIDATIONS, second));
}

/** A machine has one open ban of each source: of two the lesser ends, else the older. */
async function liftSecondBans(tx: Tx, change: ChangeSet, { into, from }: Pair): Promise<void> {
  const open = await tx.find("bans", { where: { machine: { in: [into, from] }, lifted_at: null } });
  const seconds = [...Map.groupBy(open, ({ source }) => source).values()].flatMap((of) =>
    of.toSorted((a, b) => (isGraver(a.cause, b.cause) ? -1 : isGraver(b.cause, a.cause) ? 1 : b.id - a.id)).slice(1),
  );
  if (seconds.length === 0) return;
  const reason = `${machineName(from)} is one machine with ${machineName(into)}, which has a ban of that source`;
  for (const ban of seconds) endBan(change, ban, { at: change.now, by: "identity", reason });
}

/** Credits these rows to a machine. */
export async function credit(
  tx: Tx,
  { sightings, validations, passes, bans, releases, attempts, imported }: Omit<Merged, "keeper">,
  machine: number,
): Promise<void> {
  const set = { machine };
  const byId = (ids: readonly number[]): { key: { id: number }; set: { machine: number } }[] =>
    ids.map((id) => ({ key: { id }, set }));
  if (sightings.length > 0) await tx.update("sightings", byId(sightings));
  const change = new ChangeSet(await tx.now(), "identity", tx);
  for (const row of await tx.find("validations", { where: { id: { in: validations } } }))
    change.change(VALIDATIONS, row, set);
  for (const row of await tx.find("bans", { where: { id: { in: bans } } })) change.change(BANS, row, set);
  for (const row of await tx.find("releases", { where: { id: { in: releases } } })) change.change(RELEASES, row, set);
  await change.flush(tx, { kinds: [] });
  if (passes.length > 0)
    await tx.update(
      "passes",
      passes.map((key) => ({ key, set })),
    );
  if (attempts.length > 0)
    await tx.update(
      "imported_attempts",
      attempts.map((attempt_id) => ({ key: { attempt_id }, set })),
    );
  if (imported.length > 0)
    await tx.update(
      "imported_events",
      imported.map((key) => ({ key, set })),
    );
}

/** Removes what is derived from the sightings of machines, before it is derived again. */
export async function forget(tx: Tx, machines: readonly number[]): Promise<void> {
  const where = { machine: { in: machines } };
  await tx.remove(
    "placements",
    (await tx.find("placements", { where })).map(({ id }) => ({ id })),
  );
  await tx.remove(
    "claims_of_sources",
    (await tx.find("claims_of_sources", { where })).map(({ machine, source }) => ({ machine, source })),
  );
  await tx.remove(
    "serials",
    (await tx.find("serials", { where })).map(({ kind, serial, machine }) => ({ kind, serial, machine })),
  );
}

async function possessions(tx: Tx, machine: number): Promise<Omit<Merged, "keeper">> {
  const where = { machine };
  const ids = (rows: readonly { readonly id: number }[]): number[] => rows.map(({ id }) => id);
  return {
    sightings: ids(await tx.find("sightings", { where, orderBy: ["id"] })),
    validations: ids(await tx.find("validations", { where, orderBy: ["id"] })),
    passes: (await tx.find("passes", { where })).map(({ validation, attempt, run_index, try: tried }) => ({
      validation,
      attempt,
      run_index,
      try: tried,
    })),
    bans: ids(await tx.find("bans", { where, orderBy: ["id"] })),
    releases: ids(await tx.find("releases", { where, orderBy: ["id"] })),
    attempts: (await tx.find("imported_attempts", { where })).map(({ attempt_id }) => attempt_id),
    imported: (await tx.find("imported_events", { where })).map(({ event_id, revision }) => ({ event_id, revision })),
  };
}
