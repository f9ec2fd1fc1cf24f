import type { IdentityEventKind } from "@slipway/domain";
import { conflictsOf, mayContest, resolve, type Decision, type Precedence, type Seen } from "@slipway/policy";
import type { Store, Tx } from "@slipway/store";
import type { KnownMachine } from "./known-machine.ts";
import { loadWorld, unique } from "./load-world.ts";
import { mergeMachines } from "./merge-machines.ts";
import { refold } from "./refold.ts";
import { separateDuplicates } from "./separate-duplicates.ts";
import { byTime, hasHardware, incomingOf, seenOf, type Incoming, type SightingAt } from "./sighting-row.ts";
import { newMachine, type PendingEvent, type World } from "./world.ts";
import { writeEvents, writeWorld } from "./write-world.ts";

export interface IngestOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly precedence: Precedence;
  /** Called after each batch with the sightings done so far. */
  readonly progress?: (done: number) => void;
}

export interface IngestSummary {
  readonly sightings: number;
  /** How many of them were stored before. */
  readonly duplicates: number;
  /** Machines that the sightings created, and others that they were credited to. */
  readonly machines: { readonly new: number; readonly known: number };
  readonly events: Readonly<Partial<Record<IdentityEventKind, number>>>;
  /** Fields of those machines on which sources now disagree. */
  readonly conflicts: number;
}

/** Sightings per transaction: enough that the cost of statements is small, and few enough for memory. */
const BATCH = 2000;

/**
 * Takes in sightings: each is stored whole and credited to the machine it is of, whose placements
 * and current values follow. The same sighting twice is one. Within a batch, later sightings see the
 * machines that earlier ones made; those that show hardware go before those that only name a node.
 *
 * Ingests lock a shared row, so that two at a time never create one machine twice.
 *
 * @throws StoreError as the store does; batches before the failing one stay
 */
export async function ingest(
  store: Store,
  sightings: readonly SightingAt[],
  options: IngestOptions,
): Promise<IngestSummary> {
  const made = new Set<number>();
  const spoken = new Set<number>();
  const conflicts = new Map<number, number>();
  const events: Partial<Record<IdentityEventKind, number>> = {};
  let duplicates = 0;
  for (let start = 0; start < sightings.length; start += BATCH) {
    const batch = sightings.slice(start, start + BATCH);
    const done = await store.transaction(async (tx) => ingestBatch(tx, batch, options));
    duplicates += done.duplicates;
    for (const id of done.made) made.add(id);
    for (const [id, count] of done.conflicts) conflicts.set(id, count);
    for (const id of done.spoken) spoken.add(id);
    for (const { kind } of done.events) events[kind] = (events[kind] ?? 0) + 1;
    options.progress?.(Math.min(start + BATCH, sightings.length));
  }
  return {
    sightings: sightings.length,
    duplicates,
    machines: { new: made.size, known: [...spoken].filter((id) => !made.has(id)).length },
    events,
    conflicts: [...conflicts.values()].reduce((sum, count) => sum + count, 0),
  };
}

interface BatchResult {
  readonly duplicates: number;
  readonly made: readonly number[];
  readonly spoken: readonly number[];
  readonly conflicts: ReadonlyMap<number, number>;
  readonly events: readonly PendingEvent[];
}

/** Takes in a batch inside a transaction of the caller, whose own writes commit with it. */
export async function ingestBatch(
  tx: Tx,
  batch: readonly SightingAt[],
  { now, precedence }: IngestOptions,
): Promise<BatchResult> {
  await enterIdentityGate(tx);
  const { fresh, duplicates } = await unknownOf(tx, batch.map(incomingOf));
  if (fresh.length === 0) return { duplicates, made: [], spoken: [], conflicts: new Map(), events: [] };
  const ids = await tx.nextIds("event", fresh.length);
  const done = await creditTo(
    tx,
    fresh.map((incoming, index) => ({ incoming, id: ids[index] ?? 0 })),
    { now, precedence },
    (rows) =>
      tx.insert(
        "sightings",
        rows.map(({ incoming: { source, at, path, body, digest }, id, machine }) => ({
          id,
          source,
          observed_at: at,
          received_at: now,
          path,
          body,
          digest,
          machine,
        })),
      ),
  );
  return { duplicates, ...done };
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
  { now, precedence }: Pick<IngestOptions, "now" | "precedence">,
  keep: (rows: Credited["rows"]) => Promise<unknown>,
): Promise<Omit<BatchResult, "duplicates">> {
  const world = await loadWorld(
    tx,
    sightings.map(({ incoming: { body } }) => seenOf(body)),
    sightings[0]?.incoming.at ?? now,
    precedence,
  );
  const known = new Set(world.machines.keys());
  const { rows, suspects } = await creditSightings(tx, world, sightings, now);
  await keep(rows);
  const { events, late } = world.findings;
  await writeWorld(tx, world, now);
  await mergeAbsorbed(tx, world);
  const separated = await separateDuplicates(tx, [...suspects], now);
  events.push(...separated.events);
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
  /** System serials that two machines may claim. */
  readonly suspects: ReadonlySet<string>;
}

/** Finds or creates the machine of each sighting and applies the sighting to it; those with hardware first. */
async function creditSightings(tx: Tx, world: World, fresh: readonly Numbered[], now: number): Promise<Credited> {
  const order = fresh.map((one) => ({ ...one, seen: seenOf(one.incoming.body) }));
  const spare = [...(await tx.nextIds("object", order.filter(({ seen }) => unmatched(world, seen)).length))];
  const rows: (Numbered & { readonly machine: number })[] = [];
  const suspects = new Set<string>();
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
    if (
      seen.systemSerial !== null &&
      machine.row.system_serial === seen.systemSerial &&
      contested(machine, seen, incoming.at)
    )
      suspects.add(seen.systemSerial);
    world.fold(machine, incoming, id);
    rows.push({ incoming, id, machine: machine.id });
  }
  return { rows, suspects };
}

/** Merges machines that were known by name alone into the hardware that was then seen under the name. */
async function mergeAbsorbed(tx: Tx, { findings: { events, absorbed, late } }: World): Promise<void> {
  for (const [machine, { into, sighting, why }] of absorbed) {
    const before = await mergeMachines(tx, into, machine);
    events.push({ kind: "merge", machine: into, other: machine, sighting, why, before });
    late.add(into);
  }
}

/** Locks a shared row, so that transactions that decide about identities run one after the other. */
export async function enterIdentityGate(tx: Tx): Promise<void> {
  const gate = await tx.get("gates", { name: "identity" });
  await tx.upsert("gates", [{ name: "identity", taken: 0, turn: (gate?.turn ?? 0) + 1 }]);
}

async function unknownOf(
  tx: Tx,
  incoming: readonly Incoming[],
): Promise<{ fresh: readonly Incoming[]; duplicates: number }> {
  const distinct = [...new Map(incoming.map((one) => [one.digest, one])).values()];
  const known = new Set(
    (await tx.find("sightings", { where: { digest: { in: distinct.map(({ digest }) => digest) } } })).map(
      ({ digest }) => digest,
    ),
  );
  const fresh = distinct.filter(({ digest }) => !known.has(digest)).sort(byTime);
  return { fresh, duplicates: incoming.length - fresh.length };
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
function contested(machine: KnownMachine, { gpuSerials, nodeName }: Seen, at: number): boolean {
  if (gpuSerials.length === 0) return nodeName !== null && nodeName !== (machine.open?.node_name ?? nodeName);
  return mayContest(
    gpuSerials,
    at,
    [...machine.serials.values()].flatMap(({ kind, serial, first_seen: first, last_seen: last }) =>
      kind === "gpu" ? [{ serial, first, last }] : [],
    ),
  );
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
