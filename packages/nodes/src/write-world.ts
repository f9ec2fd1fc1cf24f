import type { Account } from "@slipway/domain";
import { ChangeSet } from "@slipway/reconciler";
import type { Tx } from "@slipway/store";
import type { PendingEvent, World } from "./world.ts";

/** Accounts of placed capacity: a machine of one of them that is no longer placed becomes Lost. */
const IN_PLACE: readonly Account[] = ["InPool", "Offered", "Spare"];

/** Writes the changed machines in memory, one statement for each table, and books where they stand. */
export async function writeWorld(tx: Tx, world: World, now: number): Promise<void> {
  const machines = [...world.machines.values()];
  const change = new ChangeSet(now, "identity", tx);
  for (const machine of machines) {
    const { open, displaced } = machine;
    const { account, merged_into, generation } = machine.row;
    const book = (to: Account, cause: string): void => {
      change.book(machine.row, to, cause);
      machine.dirty.row = true;
    };
    if (machine.row.cluster !== (open?.cluster ?? null)) {
      machine.row = { ...machine.row, cluster: open?.cluster ?? null };
      machine.dirty.row = true;
    }
    if (generation === 0) change.enter(machine.row, "first seen");
    if (displaced && open === null && merged_into === null && IN_PLACE.includes(account))
      book(
        "Lost",
        machine.claims.size === 0 ? "no sighting speaks of it any more" : "its place is taken by another machine",
      );
    else if (open !== null && account === "Lost") book("Spare", `seen again as ${String(open.node_name)}`);
  }
  const changed = machines.filter(({ dirty }) => dirty.row);
  // Ended placements first, because a machine may have only one open placement.
  const placements = machines
    .flatMap((machine) => [...machine.placements])
    .sort((a, b) => Number(a.until_at === null) - Number(b.until_at === null));
  // From the sequence of events, so that the ids of machines stay small.
  const ids = await tx.nextIds("event", placements.filter(({ id }) => id === null).length);
  let next = 0;
  if (changed.length > 0)
    await tx.upsert(
      "machines",
      changed.map(({ row }) => ({ ...row, generation: row.generation + 1 })),
    );
  const serials = machines.flatMap((machine) =>
    [...machine.dirty.serials].flatMap((key) => machine.serials.get(key) ?? []),
  );
  if (serials.length > 0) await tx.upsert("serials", serials);
  const claims = machines.flatMap((machine) =>
    [...machine.dirty.claims].flatMap((source) => machine.claims.get(source) ?? []),
  );
  if (claims.length > 0) await tx.upsert("claims_of_sources", claims);
  if (placements.length > 0)
    await tx.upsert(
      "placements",
      placements.map(({ id, ...rest }) => ({ id: id ?? ids[next++] ?? 0, ...rest })),
    );
  await change.flush(tx);
}

/** Appends what was decided about identities. @returns their ids, in order */
export async function writeEvents(tx: Tx, events: readonly PendingEvent[], now: number): Promise<readonly number[]> {
  if (events.length === 0) return [];
  const ids = await tx.nextIds("event", events.length);
  await tx.insert(
    "identity_events",
    events.map((event, index) => ({ id: ids[index] ?? 0, at: now, ...event, undone_by: null })),
  );
  return ids;
}
