import { fileURLToPath } from "node:url";
import type { Store } from "@slipway/store";
import type { VirtualClock } from "@slipway/store/memory";
import { AT_MOMENTS, Faults, momentsOf, type AtMoments, type Struck } from "./faults.ts";
import { everythingEnded, evidenceIsKept, violationsOf } from "./invariants/index.ts";
import { Plane } from "./plane.ts";
import { postgresWorld } from "./postgres-world.ts";
import type { Planted } from "./ports.ts";
import { DAY, HOUR, simulatedWorld, START, type SimulatedWorld } from "./simulate.ts";
import { readTables, type Tables } from "./tables.ts";
import { labOf, variedLanes } from "./variety.ts";

export interface SeedOptions {
  /** A bug that the invariants have to find: the same in every process, or one made for each. */
  readonly plant?: Planted | undefined;
  /** Over a PostgreSQL database of its own instead of the memory store. */
  readonly postgres?: boolean | undefined;
}

/** What one seed came to. */
export interface SeedReport {
  readonly seed: number;
  /** Ways in which an invariant was broken, each with its moment; empty when all held. */
  readonly violations: readonly string[];
  readonly struck: Struck;
  readonly machines: number;
  readonly passes: number;
  readonly releases: number;
  readonly bans: number;
  readonly ms: number;
}

const FLEET = fileURLToPath(new URL("../fleet", import.meta.url));
/** Virtual days with faults, and days after the last one in which everything has to come to its end. */
const DAYS = 14;
const QUIET_DAYS = 2;
const VIOLATIONS_KEPT = 5;
/** The most of each kind that strikes at drawn moments. */
const MOST: Readonly<Record<AtMoments, number>> = {
  crash: 8,
  stall: 4,
  "clock-jump": 4,
  "clock-far": 2,
  person: 5,
  "vendor-down": 4,
  "vendor-bans": 6,
  "asked-while-banned": 8,
};

/** Runs one seed: a control plane over the lab under faults, with every invariant looked at each hour. */
export async function runSeed(seed: number, { plant, postgres = false }: SeedOptions = {}): Promise<SeedReport> {
  const begun = performance.now();
  const database = postgres ? await postgresWorld(START) : undefined;
  try {
    const report = await run(seed, { plant, store: database?.store, clock: database?.clock });
    return { ...report, ms: performance.now() - begun };
  } finally {
    await database?.close();
  }
}

interface Under {
  readonly plant: Planted | undefined;
  readonly store: Store | undefined;
  readonly clock: VirtualClock | undefined;
}

async function run(seed: number, { plant, store, clock }: Under): Promise<Omit<SeedReport, "ms">> {
  const faults = new Faults(seed);
  const world = await worldOf(seed, faults, { store, clock });
  const plane = new Plane(seed, world, faults, plant);
  const until = START + DAYS * DAY;
  const moments = momentsUntil(seed, until);
  const violations: string[] = [];
  const settled = new Set<number>();
  const look = async (at: number): Promise<Tables> => {
    const tables = await readTables(world.parts.store, settled);
    for (const violation of [...plane.troubles, ...violationsOf(tables, plane, { settled, now: at })])
      violations.push(`${new Date(at).toISOString()}: ${violation}`);
    for (const { id, finished_at } of tables.validations) if (finished_at !== null) settled.add(id);
    return tables;
  };
  plane.begin();
  for (let at = START; at < until && violations.length === 0;) {
    at += HOUR;
    for (let next = moments[0]; next !== undefined && next.at < at; next = moments[0]) {
      moments.shift();
      await world.clock.runUntil(next.at);
      await plane.strike(next.kind);
    }
    await world.clock.runUntil(at);
    if (plane.changed()) await look(at);
    if ((at - START) % DAY === 0) violations.push(...(await evidenceIsKept(world.parts.store, world.parts.blobs)));
  }
  faults.active = false;
  plane.calm();
  for (let at = until; at < until + QUIET_DAYS * DAY && violations.length === 0;) {
    at += HOUR;
    await world.clock.runUntil(at);
    if (plane.changed()) await look(at);
  }
  settled.clear();
  const tables = await look(world.clock.now());
  if (violations.length === 0)
    violations.push(
      ...everythingEnded(tables, until + (QUIET_DAYS - 1) * DAY),
      ...(await evidenceIsKept(world.parts.store, world.parts.blobs)),
    );
  plane.end();
  faults.struck.moved = tables.identity_events.filter(({ kind }) => kind !== "new").length;
  return {
    seed,
    violations: violations.slice(0, VIOLATIONS_KEPT),
    struck: faults.struck,
    machines: tables.machines.length,
    passes: tables.passes.length,
    releases: tables.releases.length,
    bans: tables.bans.length,
  };
}

const worldOf = (seed: number, faults: Faults, over: Pick<Under, "store" | "clock">): Promise<SimulatedWorld> =>
  simulatedWorld({
    seed,
    fleetFolder: FLEET,
    lab: labOf(seed),
    twoVendors: true,
    vary: (fleet) => variedLanes(fleet, seed),
    ...over,
    queueFaults: { lose: () => faults.strikes("job-lost"), twice: () => faults.strikes("job-twice") },
  });

/** What happens at moments of its own, in the order of time. */
const momentsUntil = (seed: number, until: number): { readonly kind: AtMoments; readonly at: number }[] =>
  AT_MOMENTS.flatMap((kind) =>
    momentsOf(seed, kind, { from: START, until, most: MOST[kind] }).map((at) => ({ kind, at })),
  ).sort((a, b) => a.at - b.at);
