import { checkIds, loadChecks, loadVendor, resolveCheck, vendorIds } from "@slipway/catalog";
import { readBundle } from "@slipway/evidence";
import {
  activeWorld,
  judgingSet,
  readFleet,
  registerSettings,
  sectionsOf,
  settingsOf,
  soundFleet,
  stagedChanges,
  statusOf,
  tryStored,
  type ChangeStatus,
  type Fleet,
  type JudgingSet,
  type KnownFault,
  type World,
  type WorldParts,
} from "@slipway/runner";
import { systemClock } from "@slipway/store";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildChecks, keepBuilds, loadBuild } from "./builds.ts";
import type { Database } from "./open.ts";

/** What a fleet is judged by now, and what canary nodes try beside it. */
export interface Active {
  readonly fleet: Fleet;
  readonly judging: JudgingSet;
}

export interface ActiveSet {
  current(): Active;
  /** Reads what was promoted or refused meanwhile. @returns whether anything had changed */
  refresh(): Promise<boolean>;
  /** Each staged change with what was tried, and whether it may become active. */
  status(): Promise<readonly ChangeStatus[]>;
  /** Tries what is staged on stored evidence and known faults. @returns how many trials were made */
  tryStaged(): Promise<number>;
}

/**
 * Makes this checkout's checks and fleet files known to the database, and opens what is active there:
 * a setting that differs from the active one is staged, and tried on what is stored.
 *
 * @param remember how many judgements are kept by content, instead of the usual number
 * @throws SlipwayError of kind `config` for a fleet file that is wrong, of which nothing is staged then, and for an active build that is not kept
 */
export async function openActive(
  database: Database,
  fleetFolder: string,
  { remember }: { readonly remember?: number } = {},
): Promise<ActiveSet> {
  const { store, blobs } = database;
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
  let known = await registerSettings(store, offered, systemClock.now());
  let world = await activeWorld(parts, known);
  let active = await activeOf(parts, known, world, remember);
  const set: ActiveSet = {
    current: () => active,
    async refresh() {
      const now = await store.transaction((tx) =>
        tx.find("builds", { where: { state: { in: ["active", "staged"] } }, orderBy: ["kind", "name", "first_seen"] }),
      );
      if (sameSettings(now, known)) return false;
      world = await activeWorld(parts, now);
      active = await activeOf(parts, now, world, remember);
      known = now;
      return true;
    },
    status: () => statusOf(store, active.judging.staged, world),
    tryStaged: () =>
      tryStored(store, blobs, {
        changes: active.judging.staged,
        active: world,
        injected: exampleFaults,
        now: systemClock.now(),
      }),
  };
  const untried = (await set.status()).some(({ trials }) => trials.length === 0);
  if (untried) await set.tryStaged();
  return set;
}

async function activeOf(
  parts: WorldParts,
  builds: Builds,
  world: World,
  remember: number | undefined,
): Promise<Active> {
  const digests = Object.fromEntries(
    builds
      .filter(({ kind, state }) => kind === "check" && state === "active")
      .map(({ name, digest }) => [name, digest]),
  );
  return {
    fleet: world.fleet,
    judging: judgingSet(world.checks, digests, {
      staged: await stagedChanges(parts, builds, world),
      ...(remember === undefined ? {} : { remember }),
    }),
  };
}

type Builds = Parameters<typeof stagedChanges>[1];
const keyOf = (builds: Builds): string =>
  builds
    .map(({ kind, name, digest, state }) => `${kind} ${name} ${digest} ${state}`)
    .sort()
    .join("\n");
const sameSettings = (a: Builds, b: Builds): boolean => keyOf(a) === keyOf(b);

/** The failing examples of a check: evidence of faults that its plugin brings. None where only packages are installed. */
function exampleFaults(check: string): readonly KnownFault[] {
  if (!checkIds.includes(check)) return [];
  const folder = join(fileURLToPath(resolveCheck(check)), "../../examples");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith("fail-"))
    .flatMap(({ name }): KnownFault[] => {
      const { evidence, expect } = readBundle(join(folder, name));
      return expect === undefined
        ? []
        : [{ label: `example ${check}/${name}`, machine: null, check, evidence, expectations: expect }];
    });
}
