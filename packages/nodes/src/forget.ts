import { isSpecific, SlipwayError } from "@slipway/plugin-sdk";
import { contestedNames, facesOf } from "@slipway/policy";
import type { Row, Store, Tx } from "@slipway/store";
import {
  correct,
  refuseWhileValidating,
  type Correcting,
  type Correction,
  type CorrectionOptions,
} from "./correction.ts";
import { creditTo } from "./credit-sightings.ts";
import { unique } from "./load-world.ts";
import { mergeMachines, type Merged } from "./merge-machines.ts";
import { refold } from "./refold.ts";
import { claimantOf } from "./separate-duplicates.ts";
import { byTime, hasHardware, incomingOfRow, sameSerial, seenOf } from "./sighting-row.ts";
import { unmerge } from "./unmerge.ts";

type Sighting = Row<"sightings">;
type IdentityEvent = Row<"identity_events">;

/** What undoing needs: to whom sightings were credited before one was forgotten. */
export interface Forgotten {
  readonly sighting: number;
  readonly from: number;
  /** Sightings without hardware that were credited to that machine because of the forgotten one. */
  readonly followers: readonly number[];
  /** Doubts that it had raised. */
  readonly doubts: readonly number[];
}

/**
 * Forgets a sighting: it stays in the store, but is credited to no machine, and its machine is derived again without
 * it. Merges that it caused are separated, and doubts that it raised are settled. Later sightings without hardware
 * that were credited to the machine only because of it are credited anew.
 *
 * @throws SlipwayError of kind `input` when there is no such sighting, it is forgotten, or a merge of it
 *   concerns a machine under validation
 */
export async function forgetSighting(store: Store, id: number, options: CorrectionOptions): Promise<Correction> {
  return correct(store, options, async (tx, correcting) => {
    const row = await tx.get("sightings", { id });
    if (row === undefined)
      throw new SlipwayError("input", `there is no sighting ${String(id)}`, {
        hint: "slipway nodes why <node> lists the sightings of a machine with their numbers",
      });
    const { machine } = row;
    if (machine === null) throw new SlipwayError("input", `sighting ${String(id)} is forgotten already`);
    const events = await eventsOf(tx, machine);
    const merges = events.filter(({ kind, sighting }) => kind === "merge" && sighting === id);
    for (const { id: event, machine: keeper, other, before } of merges) {
      await refuseWhileValidating(tx, [keeper, other ?? keeper]);
      await unmerge(tx, { event, keeper, other: other ?? keeper }, before as Merged);
    }
    const followers = await followersOf(tx, row);
    await tx.update(
      "sightings",
      [row, ...followers].map((one) => ({ key: { id: one.id }, set: { machine: null } })),
    );
    const duplicates = await duplicatesEnded(tx, row, events);
    const doubts = events.filter(({ kind, sighting }) => kind === "contradiction" && sighting === id);
    const others = merges.map(({ other }) => other);
    const home = (await tx.get("machines", { id: machine }))?.merged_into ?? machine;
    await refold(tx, unique([home, ...others, ...(await placedAs(tx, row))]), correcting);
    const kept = await creditAnew(tx, home, followers, correcting);
    const settled = [...doubts, ...duplicates].map((event) => event.id);
    const before: Forgotten = {
      sighting: id,
      from: machine,
      followers: followers.map((one) => one.id),
      doubts: settled,
    };
    const said = `${row.source}, ${new Date(row.observed_at).toISOString()}, ${row.path}`;
    const why = `sighting ${String(id)} (${said}) forgotten by ${options.by}: ${options.reason}`;
    return {
      event: { kind: "forget", machine, other: null, sighting: id, why, before },
      refold: kept ? [home] : [],
      undone: unique([...merges.map((event) => event.id), ...settled]),
    };
  });
}

/** Credits a forgotten sighting again, with what followed it, and opens its doubts. @returns the machines to fold */
export async function remember(tx: Tx, { sighting, from, followers, doubts }: Forgotten): Promise<readonly number[]> {
  const into = (await tx.get("machines", { id: from }))?.merged_into ?? from;
  const rows = followers.length === 0 ? [] : await tx.find("sightings", { where: { id: { in: followers } } });
  await tx.update(
    "sightings",
    [sighting, ...followers].map((id) => ({ key: { id }, set: { machine: into } })),
  );
  if (doubts.length > 0)
    await tx.update(
      "identity_events",
      doubts.map((id) => ({ key: { id }, set: { undone_by: null } })),
    );
  const row = await tx.get("sightings", { id: sighting });
  return unique([into, ...rows.map(({ machine }) => machine), ...(row === undefined ? [] : await placedAs(tx, row))]);
}

/** Events of a machine that were not undone. */
async function eventsOf(tx: Tx, machine: number): Promise<readonly IdentityEvent[]> {
  const own = await tx.find("identity_events", { where: { machine, undone_by: null } });
  const others = await tx.find("identity_events", { where: { other: machine, undone_by: null } });
  return [...new Map([...own, ...others].map((event) => [event.id, event])).values()].sort((a, b) => a.id - b.id);
}

/** Later sightings of the machine without hardware, under the name or the instance that the sighting gave it. */
async function followersOf(tx: Tx, { id, machine, body }: Sighting): Promise<readonly Sighting[]> {
  const { nodeName, instanceId } = seenOf(body);
  return (await tx.find("sightings", { where: { machine, id: { gt: id } } })).filter(
    (one) => !hasHardware(seenOf(one.body)) && speaksOf(one, { node_name: nodeName, vendor_instance_id: instanceId }),
  );
}

function speaksOf(
  { body }: Sighting,
  { node_name, vendor_instance_id }: Pick<Row<"placements">, "node_name" | "vendor_instance_id">,
): boolean {
  const { nodeName, instanceId } = seenOf(body);
  return (nodeName !== null && nodeName === node_name) || (instanceId !== null && instanceId === vendor_instance_id);
}

/** Machines that were ever placed under the sighting's name. */
async function placedAs(tx: Tx, { body }: Sighting): Promise<readonly number[]> {
  const { nodeName } = seenOf(body);
  const placements = nodeName === null ? [] : await tx.find("placements", { where: { node_name: nodeName } });
  return placements.map(({ machine }) => machine);
}

/**
 * Credits the later sightings anew: they stay with a machine that was placed there at their time even without the
 * forgotten one, and else go to the machine that is placed there now.
 *
 * @returns whether any stayed
 */
async function creditAnew(
  tx: Tx,
  machine: number,
  followers: readonly Sighting[],
  correcting: Correcting,
): Promise<boolean> {
  if (followers.length === 0) return false;
  const placements = await tx.find("placements", { where: { machine } });
  const stays = (row: Sighting): boolean =>
    placements.some(
      (placement) =>
        speaksOf(row, placement) &&
        placement.from_at <= row.observed_at &&
        (placement.until_at === null || row.observed_at < placement.until_at),
    );
  const { own = [], away = [] } = Object.groupBy(followers, (one) => (stays(one) ? "own" : "away"));
  if (own.length > 0)
    await tx.update(
      "sightings",
      own.map(({ id }) => ({ key: { id }, set: { machine } })),
    );
  if (away.length > 0)
    await creditTo(
      tx,
      away.map((row) => ({ incoming: incomingOfRow(row), id: row.id })).sort((a, b) => byTime(a.incoming, b.incoming)),
      correcting,
      (rows) =>
        tx.update(
          "sightings",
          rows.map(({ id, machine: to }) => ({ key: { id }, set: { machine: to } })),
        ),
    );
  return own.length > 0;
}

/** Settles doubts about the sighting's serial that no other sighting raises; machines that only it told apart are merged again. */
async function duplicatesEnded(
  tx: Tx,
  { machine, body }: Sighting,
  events: readonly IdentityEvent[],
): Promise<readonly IdentityEvent[]> {
  const serial = seenOf(body).systemSerial;
  const told = events.filter(({ kind }) => kind === "duplicate-serial");
  if (!isSpecific(serial) || told.length === 0) return [];
  const machines = unique([machine, ...told.flatMap((event) => [event.machine, event.other])]);
  const claimants = (await tx.find("sightings", { where: { machine: { in: machines } } }))
    .filter((one) => sameSerial(seenOf(one.body).systemSerial, serial))
    .map(claimantOf);
  if (facesOf(claimants).length > 1) return [];
  const [keeper = 0, ...apart] = machines.sort((a, b) => a - b);
  for (const other of apart) {
    await refuseWhileValidating(tx, [keeper, other]);
    await mergeMachines(tx, keeper, other);
  }
  return contestedNames(claimants) === undefined ? told : told.filter(({ other }) => other !== null);
}
