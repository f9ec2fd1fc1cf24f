import { checkIds, loadChecks, loadVendor, resolveCheck, vendorIds } from "@slipway/catalog";
import { inlineReader, judgingPool, readBundle, type EvidenceReader } from "@slipway/evidence";
import {
  activeWorld,
  applySettings,
  compareSettings,
  judgingSet,
  knownSettings,
  readFleet,
  sectionsOf,
  settingsOf,
  soundFleet,
  stagedChanges,
  statusOf,
  tryStored,
  type AppliedSettings,
  type ApplySaid,
  type Build,
  type ChangeStatus,
  type Fleet,
  type FleetDifference,
  type JudgingSet,
  type KnownFault,
  type Setting,
  type World,
  type WorldParts,
} from "@slipway/fleet";
import { timeOf } from "@slipway/store";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildChecks, keepBuilds, keptBuild, loadBuild } from "./builds.ts";
import type { Database } from "./open.ts";

/** What a fleet is judged by now, and what canary nodes try beside it. */
export interface Active {
  readonly fleet: Fleet;
  readonly judging: JudgingSet;
}

/** What a fleet's folder and this checkout's checks say, read and checked as a whole. */
export interface Checkout {
  readonly parts: WorldParts;
  readonly offered: readonly Setting[];
}

export interface ActiveSet {
  current(): Active;
  /** Reads and judges what nodes print, by these builds. */
  readonly reader: EvidenceReader;
  /** What this checkout says. */
  readonly checkout: Checkout;
  /** Reads what was applied, promoted or refused meanwhile. @returns whether anything had changed */
  refresh(): Promise<boolean>;
  /** How this checkout differs from what is applied. */
  difference(): Promise<FleetDifference>;
  /** Each staged change with what was tried, and whether it may become active. */
  status(): Promise<readonly ChangeStatus[]>;
  /** Tries what is staged on stored evidence and known faults. @returns how many trials were made */
  tryStaged(): Promise<number>;
}

/**
 * Reads a fleet's folder and builds this checkout's checks, whose builds are kept in the data folder.
 *
 * @throws SlipwayError of kind `config` for a fleet file that is wrong
 */
export async function readCheckout(fleetFolder: string): Promise<Checkout> {
  const builds = await buildChecks();
  keepBuilds(builds);
  const own = await loadChecks();
  const ownDigests = new Map(builds.map(({ id, digest }) => [id, digest]));
  const parts: WorldParts = {
    files: readFleet(fleetFolder),
    vendors: await Promise.all(vendorIds.map((id) => loadVendor(id))),
    loadCheck: async (name, digest) =>
      (ownDigests.get(name) === digest ? own.get(name) : undefined) ?? loadBuild(name, digest),
  };
  soundFleet(parts.files, own, parts.vendors);
  const offered = [
    ...builds.map(({ id, version, digest }) => ({ kind: "check" as const, name: id, version, digest, body: null })),
    ...settingsOf(parts.files, sectionsOf(own)),
  ];
  return { parts, offered };
}

/**
 * Opens the settings that the fleet is judged by: those that are applied, or this checkout's own where none ever
 * were. Nothing of them is written; `applySettings` does that.
 *
 * @param remember how many judgements are kept by content, instead of the usual number
 * @param inline judge in this thread, as only simulated nodes may be
 * @throws SlipwayError of kind `config` for an active build that is not kept
 */
export async function openActive(
  { store, blobs }: Database,
  checkout: Checkout,
  { remember, inline = false }: { readonly remember?: number; readonly inline?: boolean } = {},
): Promise<ActiveSet> {
  const { parts, offered } = checkout;
  // By the kept file of a build: a source in the checkout may have changed since the build was made.
  const reader = inline
    ? inlineReader(parts.loadCheck)
    : judgingPool((id, digest) => pathToFileURL(keptBuild(id, digest)).href);
  const judging = { reader, remember };
  const read = async (): Promise<Builds> => {
    const known = await store.transaction(knownSettings);
    return known.length > 0 ? known : offered.map(asActive);
  };
  let known = await read();
  let world = await activeWorld(parts, known);
  let active = await activeOf(parts, known, world, judging);
  return {
    current: () => active,
    reader,
    checkout,
    async refresh() {
      const now = await read();
      if (sameSettings(now, known)) return false;
      world = await activeWorld(parts, now);
      active = await activeOf(parts, now, world, judging);
      known = now;
      return true;
    },
    difference: () => compareSettings(store, offered),
    status: () => statusOf(store, active.judging.staged, world),
    tryStaged: async () =>
      tryStored(store, blobs, {
        changes: active.judging.staged,
        active: world,
        reader,
        injected: exampleFaults,
        now: await timeOf(store),
      }),
  };
}

/** Opens the settings that the fleet is judged by for one piece of work. */
export async function withActive<T>(
  database: Database,
  checkout: Checkout,
  work: (active: ActiveSet) => Promise<T>,
): Promise<T> {
  const active = await openActive(database, checkout);
  try {
    return await work(active);
  } finally {
    await active.reader.close();
  }
}

/**
 * Applies a checkout in somebody's name; what it stages is tried on stored evidence at once.
 *
 * @throws SlipwayError as `applySettings` does
 */
export async function applyCheckout(database: Database, checkout: Checkout, said: ApplySaid): Promise<AppliedSettings> {
  const applied = await applySettings(database.store, checkout.offered, said);
  if (applied.changes.some(({ outcome }) => outcome === "staged")) await withActive(database, checkout, tryUntried);
  return applied;
}

/** A setting of a checkout as if it had been applied. */
const asActive = (setting: Setting): Build => ({
  ...setting,
  state: "active",
  first_seen: 0,
  since: 0,
  why: "no setting is applied: the checkout's own",
});

/** Tries what is staged where nothing of it was tried yet. */
export async function tryUntried(active: ActiveSet): Promise<void> {
  if ((await active.status()).some(({ trials }) => trials.length === 0)) await active.tryStaged();
}

async function activeOf(
  parts: WorldParts,
  builds: Builds,
  world: World,
  { reader, remember }: { readonly reader: EvidenceReader; readonly remember: number | undefined },
): Promise<Active> {
  return {
    fleet: world.fleet,
    judging: judgingSet(world, reader, {
      staged: await stagedChanges(parts, builds, world),
      ...(remember === undefined ? {} : { remember }),
    }),
  };
}

type Builds = readonly Build[];
const keyOf = (builds: Builds): string =>
  builds
    .map(({ kind, name, digest, state }) => `${kind} ${name} ${digest} ${state}`)
    .sort()
    .join("\n");
const sameSettings = (a: Builds, b: Builds): boolean => keyOf(a) === keyOf(b);

/** The failing examples of a check: evidence of faults that its package brings. */
function exampleFaults(check: string): readonly KnownFault[] {
  if (!checkIds.includes(check)) return [];
  const folder = join(fileURLToPath(resolveCheck(check)), "../../examples");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith("fail-"))
    .flatMap(({ name }): KnownFault[] => {
      const example = join(folder, name);
      const {
        evidence: { node },
        expect,
      } = readBundle(example);
      const source = { node, folder: example };
      return expect === undefined
        ? []
        : [{ label: `example ${check}/${name}`, machine: null, check, source, expectations: expect }];
    });
}
