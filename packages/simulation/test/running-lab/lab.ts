import { fileURLToPath } from "node:url";
import type { Store } from "@slipway/store";
import type { VirtualClock } from "@slipway/store/memory";
import { DAY, HOUR, simulatedWorld, START, type SimulatedWorld } from "../../src/simulate.ts";

const fleetFolder = fileURLToPath(new URL("../../../../fleet", import.meta.url));
/** The dump, and the lab's own journal of everything that was asked of it until then. */
export const DUMP = fileURLToPath(new URL("dump.gz", import.meta.url));
export const JOURNAL = fileURLToPath(new URL("journal.jsonl.gz", import.meta.url));
/** When the dump was taken. */
export const TAKEN_AT = START + 6 * HOUR;
export const MINUTE = 60_000;

/** What a node is in the middle of when the dump is taken; the number is its place in the cluster. */
export const DOING = {
  /** Its second pass is under way. */
  passes: 0,
  /** Its boot was sent, and it has not come back. */
  boots: 1,
  /** Its boot is intended and not sent. */
  isToBoot: 2,
  /** Its vendor had no time for its boot, which is tried again. */
  isToBootLater: 3,
  /** It is banned, and its repair was sent and never answered. */
  isRepaired: 4,
  /** It is banned, and its vendor had no time for its repair. */
  isToBeRepaired: 5,
  /** It is released, and its return was sent and never answered. */
  isReturned: 6,
  /** It is released, and its vendor had no time for its return. */
  isToBeReturned: 7,
  /** Its validation is held, for a tool says too little. */
  isHeld: 8,
  /** It is in service. */
  serves: 9,
} as const;
export type Doing = keyof typeof DOING;

/** The name of the node that is in the middle of this. */
export const nodeThat = (doing: Doing): string =>
  `cwg-h200-a-r0${String(Math.floor(DOING[doing] / 8))}-t0${String(DOING[doing] % 8)}`;

/**
 * A control plane over the lab of the dump, by whose lanes a machine takes two passes with a boot between them.
 *
 * @param lab `journal`: the file that the lab goes on from; `force`: faults by node
 */
export const labWorld = (
  over: { readonly store: Store; readonly clock: VirtualClock },
  lab: { readonly journal: string; readonly force?: Readonly<Record<string, string>> },
): Promise<SimulatedWorld> =>
  simulatedWorld({
    seed: 11,
    fleetFolder,
    store: over.store,
    clock: over.clock,
    // Each of its machines appears within 90 days of its start.
    lab: {
      start: new Date(START - 91 * DAY).toISOString(),
      cells: { "cwg-h200-a": Object.keys(DOING).length },
      speed: 1,
      inconclusive: 0,
      ...lab,
    },
    vary: (fleet) => {
      const lanes = fleet.lanes.map(({ lane, ...known }) => ({
        ...known,
        lane: { ...lane, passes: 2, policy: { ...lane.policy, freshBootEvery: 1 } },
      }));
      const wide = { bannedShare: 1, testingShare: 1, bootingShare: 1, bootsPerSecond: 1 };
      const clusters = { ...fleet.clusters, blastRadius: { ...fleet.clusters.blastRadius, ...wide } };
      return { ...fleet, clusters, lanes, lane: (digest) => lanes.find((known) => known.digest === digest) };
    },
  });
