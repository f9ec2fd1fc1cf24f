import { comparableSerial } from "@slipway/plugin-sdk";
import {
  conflictsOf,
  mayContest,
  resolve,
  showsGpus,
  type Decision,
  type Precedence,
  type Seen,
} from "@slipway/policy";
import type { Tx } from "@slipway/store";
import type { KnownMachine } from "./known-machine.ts";
import { loadWorld, unique } from "./load-world.ts";
import { mergeMachines } from "./merge-machines.ts";
import { refold } from "./refold.ts";
import { doubtNames, separateDuplicates } from "./separate-duplicates.ts";
import { hasHardware, sameSerial, seenOf, type Incoming } from "./sighting-row.ts";
import { newMachine, type PendingEvent, type World } from "./world.ts";
import { writeEvents, writeWorld } from "./write-world.ts";

/** What became of sightings that were credited. */
export interface Credit {
  readonly made: readonly number[];
  readonly spoken: readonly number[];
  /** Fields on which sources disagree, by machine. */
  readonly conflicts: ReadonlyMap<number, number>;
  readonly events: readonly PendingEvent[];
}

/** A sighting with its number. */
interface Numbered {
  readonly incoming: Incoming;
  readonly id: number;
}

/**
 * Credits sightings, oldest first, to the machines they are of. The caller holds the lock on identities.
 *
 * @param keep writes which machine each is of, before what follows from it is derived
 */
export async function creditTo(
  tx: Tx,
  sightings: readonly Numbered[],
  { now, precedence }: { readonly now: number; readonly precedence: Precedence },
  keep: (rows: Credited["rows"]) => Promise<unknown>,
): Promise<Credit> {
  const world = await loadWorld(
    tx,
    sightings.map(({ incoming: { body } }) => seenOf(body)),
    sightings[0]?.incoming.at ?? now,
    precedence,
  );
  const known = new Set(world.machines.keys());
  const { rows, suspects, named } = await creditSightings(tx, world, sightings, now);
  await keep(rows);
  const { events, late } = world.findings;
  await writeWorld(tx, world, now);
  await mergeAbsorbed(tx, world);
  const separated = await separateDuplicates(tx, [...suspects], now);
  events.push(...separated.events, ...(await doubtNames(tx, [...named])));
  const again = unique([...late, ...separated.machines]);
  const refolded = again.length === 0 ? undefined : await refold(tx, again, { precedence, now });
  await writeEvents(tx, events, now);
  const spoken = unique([...rows.map(({ machine }) => machine), ...again]);
  const conflicts = new Map(
    spoken.map((id) => [
      id,
      conflictsOf((refolded?.machines.get(id) ?? world.machines.get(id))?.values ?? {}, precedence).length,
    ]),
  );
  const made = [...new Set([...world.machines.keys()].filter((id) => !known.has(id))), ...separated.made];
  return { made, spoken, conflicts, events };
}

interface Credited {
  /** Each sighting with its number and the machine that it is credited to. */
  readonly rows: readonly (Numbered & { readonly machine: number })[];
  /** System serials that two machines may claim, as they are compared. */
  readonly suspects: ReadonlySet<string>;
  /** Machines whose GPUs one source may show under two names at one time. */
  readonly named: ReadonlySet<number>;
}

/** Finds or creates the machine of each sighting and applies the sighting to it; those with hardware first. */
async function creditSightings(tx: Tx, world: World, fresh: readonly Numbered[], now: number): Promise<Credited> {
  const order = fresh.map((one) => ({ ...one, seen: seenOf(one.incoming.body) }));
  const spare = [...(await tx.nextIds("object", order.filter(({ seen }) => unmatched(world, seen)).length))];
  const rows: (Numbered & { readonly machine: number })[] = [];
  const suspects = new Set<string>();
  const named = new Set<number>();
  for (const { incoming, id, seen } of [
    ...order.filter((one) => hasHardware(one.seen)),
    ...order.filter((one) => !hasHardware(one.seen)),
  ]) {
    const decision = resolve(seen, world.candidates(seen));
    const machine = await machineOf(tx, world, { decision, at: incoming.at, now }, spare);
    if (decision.machine === null)
      world.findings.events.push({
        kind: "new",
        machine: machine.id,
        other: null,
        sighting: id,
        why: decision.why,
        before: {},
      });
    if (decision.contradicts !== null) contradict(world, machine, id, decision.contradicts);
    if (sameSerial(machine.row.system_serial, seen.systemSerial) && contested(machine, seen, incoming.at))
      suspects.add(comparableSerial(seen.systemSerial ?? ""));
    if (mayBeTwice(machine, seen, incoming)) named.add(machine.id);
    world.fold(machine, incoming, id);
    rows.push({ incoming, id, machine: machine.id });
  }
  return { rows, suspects, named };
}

/** Merges machines that were known by name alone into the hardware that was then seen under the name. */
async function mergeAbsorbed(tx: Tx, { findings: { events, absorbed, late } }: World): Promise<void> {
  for (const [machine, { into, sighting, why }] of absorbed) {
    const before = await mergeMachines(tx, into, machine);
    events.push({ kind: "merge", machine: into, other: machine, sighting, why, before });
    late.add(into);
  }
}

/** Whether the store has no machine for the sighting; an estimate of how many machines a load creates. */
function unmatched(world: World, seen: Seen): boolean {
  const { bySystem, byGpu, byInstance, byName } = world.candidates(seen);
  return bySystem.length + byGpu.length + byInstance.length + byName.length === 0;
}

async function machineOf(
  tx: Tx,
  world: World,
  { decision: { machine }, at, now }: { readonly decision: Decision; readonly at: number; readonly now: number },
  spare: number[],
): Promise<KnownMachine> {
  const known = machine === null ? undefined : world.machines.get(machine);
  if (known !== undefined) return known;
  const id = spare.shift() ?? (await tx.nextIds("object", 1))[0] ?? 0;
  return newMachine(id, at, now);
}

/** Whether the serial may be in use by two machines. Without GPU serials only another name says so. */
function contested(machine: KnownMachine, { gpuSerials, gpuUuids, nodeName }: Seen, at: number): boolean {
  if (gpuSerials.length + gpuUuids.length === 0)
    return nodeName !== null && nodeName !== (machine.open?.node_name ?? nodeName);
  return mayContest(
    gpuSerials,
    at,
    [...machine.serials.values()].flatMap(({ kind, serial, first_seen: first, last_seen: last }) =>
      kind === "gpu" ? [{ serial, first, last }] : [],
    ),
  );
}

/** Whether the source may have shown these GPUs under another name at this very time; of a late sighting only all others can tell. */
function mayBeTwice(machine: KnownMachine, seen: Seen, { source, at }: Incoming): boolean {
  if (seen.nodeName === null || !showsGpus(seen)) return false;
  const said = machine.claims.get(source)?.fields.node_name;
  return at < machine.lastAt || (said?.observedAt === at && said.value !== seen.nodeName);
}

/** Marks both machines as in doubt until a person settles or undoes it; once for each pair. */
function contradict(
  world: World,
  machine: KnownMachine,
  sighting: number,
  { machine: other, why }: NonNullable<Decision["contradicts"]>,
): void {
  const { events } = world.findings;
  if (events.some((event) => event.kind === "contradiction" && event.machine === machine.id && event.other === other))
    return;
  events.push(
    { kind: "contradiction", machine: machine.id, other, sighting, why, before: {} },
    { kind: "contradiction", machine: other, other: machine.id, sighting, why, before: {} },
  );
}
