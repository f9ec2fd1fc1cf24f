import {
  contestedNames,
  facesOf,
  machineName,
  namesAtOnce,
  showsGpus,
  type Claimant,
  type Face,
} from "@slipway/policy";
import { comparableSerial } from "@slipway/plugin-sdk";
import type { Row, Tx } from "@slipway/store";
import { unique } from "./load-world.ts";
import { seenOf } from "./sighting-row.ts";
import { newMachine, type PendingEvent } from "./world.ts";

export interface Separated {
  readonly events: readonly PendingEvent[];
  /** Machines whose sightings changed. */
  readonly machines: readonly number[];
  readonly made: readonly number[];
}

/**
 * Looks at all sightings of serials that two machines may claim, and gives each machine its own. The
 * outcome depends on the set of sightings, not on the order in which they came.
 *
 * @param serials as they are compared
 */
export async function separateDuplicates(tx: Tx, serials: readonly string[], now: number): Promise<Separated> {
  if (serials.length === 0) return { events: [], machines: [], made: [] };
  const held = await tx.find("serials", { where: { kind: "system", serial: { in: serials } } });
  const bySerial = Map.groupBy(
    await tx.find("sightings", { where: { machine: { in: unique(held.map(({ machine }) => machine)) } } }),
    ({ body }) => comparableSerial(seenOf(body).systemSerial ?? ""),
  );
  const told = await tx.find("identity_events", {
    where: { machine: { in: unique(held.map(({ machine }) => machine)) }, kind: "duplicate-serial" },
  });
  const found: Found = { events: [], machines: [], made: [], rows: [], credits: [] };
  for (const key of serials) {
    const own = bySerial.get(key) ?? [];
    const serial = seenOf(own[0]?.body ?? {}).systemSerial ?? key;
    const claimants = own.map(claimantOf);
    const faces = facesOf(claimants);
    await giveFacesMachines(tx, { serial, faces, own }, now, found);
    const contested = faces.length > 1 ? undefined : contestedNames(claimants);
    const holder = own[0]?.machine ?? null;
    if (contested !== undefined && holder !== null && !told.some(({ machine }) => machine === holder)) {
      const names = `${contested.source} names ${contested.names.join(" and ")} at overlapping times`;
      found.events.push({
        kind: "duplicate-serial",
        machine: holder,
        other: null,
        sighting: null,
        why: `two nodes claim system serial ${serial}: ${names}, and no GPU serials tell them apart`,
        before: {},
      });
    }
  }
  if (found.rows.length > 0) await tx.insert("machines", found.rows);
  if (found.credits.length > 0) await tx.update("sightings", found.credits);
  return { events: found.events, machines: unique(found.machines), made: found.made };
}

/** Puts machines in doubt whose GPUs one source shows under two names at one time. Said once of each. */
export async function doubtNames(tx: Tx, machines: readonly number[]): Promise<readonly PendingEvent[]> {
  if (machines.length === 0) return [];
  const where = { machine: { in: machines } };
  const told = new Set(
    (await tx.find("identity_events", { where: { ...where, kind: "duplicate-serial", other: null } })).map(
      ({ machine }) => machine,
    ),
  );
  const sightings = (await tx.find("sightings", { where })).filter(({ body }) => showsGpus(seenOf(body)));
  return [...Map.groupBy(sightings, ({ machine }) => machine ?? 0)].flatMap(([machine, own]) => {
    const found = told.has(machine) ? undefined : namesAtOnce(own.map(claimantOf));
    if (found === undefined) return [];
    const why = `two nodes show one set of GPUs: ${found.source} names ${found.names.join(" and ")} at one time`;
    return [{ kind: "duplicate-serial", machine, other: null, sighting: null, why, before: {} } as const];
  });
}

/** The fields of a sighting that tell machines with one serial apart. */
export function claimantOf({ id, observed_at, source, body }: Row<"sightings">): Claimant {
  const { nodeName, gpuSerials, gpuUuids } = seenOf(body);
  return { sighting: id, at: observed_at, source, nodeName, gpuSerials, gpuUuids };
}

/** What has to be written for all serials. */
interface Found {
  readonly events: PendingEvent[];
  readonly machines: number[];
  readonly made: number[];
  readonly rows: Row<"machines">[];
  readonly credits: { key: { id: number }; set: { machine: number } }[];
}

/** A serial, the sightings of it, and the machines that these sightings are of. */
interface Claimed {
  readonly serial: string;
  readonly faces: readonly Face[];
  readonly own: readonly Row<"sightings">[];
}

/** Each group of sightings keeps the oldest machine that they are credited to and no earlier group has, or becomes a new machine. */
async function giveFacesMachines(
  tx: Tx,
  { serial, faces, own }: Claimed,
  now: number,
  { events, machines, made, rows, credits }: Found,
): Promise<void> {
  const creditOf = new Map(own.map(({ id, machine }) => [id, machine]));
  const taken = new Set<number>();
  const first = faces[0];
  for (const face of faces) {
    const [holder] = unique(face.sightings.map((id) => creditOf.get(id) ?? null))
      .filter((id) => !taken.has(id))
      .sort((a, b) => a - b);
    const machine = holder ?? (await tx.nextIds("object", 1))[0] ?? 0;
    taken.add(machine);
    if (holder === undefined) {
      rows.push(newMachine(machine, face.first, now).row);
      made.push(machine);
    }
    const moved = face.sightings.filter((id) => creditOf.get(id) !== machine);
    credits.push(...moved.map((id) => ({ key: { id }, set: { machine } })));
    if (moved.length > 0) machines.push(machine, ...unique(moved.map((id) => creditOf.get(id) ?? null)));
    if (holder !== undefined || first === undefined) continue;
    const keeper = creditOf.get(first.sightings[0] ?? 0) ?? machine;
    const claim = `system serial ${serial} is claimed by two machines at overlapping times`;
    const why = `${claim}: ${describe(first)} and ${describe(face)}; ${machineName(machine)} is the latter from now on`;
    const event = { kind: "duplicate-serial", sighting: face.sightings[0] ?? null, why } as const;
    events.push(
      { ...event, machine, other: keeper, before: { sightings: moved, from: keeper } },
      { ...event, machine: keeper, other: machine, before: {} },
    );
  }
}

const describe = ({ names, gpus }: Face): string => `${[...names].join(", ")} with ${String(gpus.size)} GPU serials`;
