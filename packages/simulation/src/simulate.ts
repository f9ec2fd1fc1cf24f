import { loadChecks, loadVendor, loadSteps } from "@slipway/catalog";
import { inlineReader } from "@slipway/evidence";
import {
  DEFAULT_LIMITS,
  lookNow,
  startRunner,
  tellingTransitions,
  type Runner,
  type RunnerEvent,
  type RunnerParts,
} from "@slipway/runner";
import { judgingSet, loadFleet, type Fleet } from "@slipway/fleet";
import { type Adapter } from "@slipway/collect";
import type { Store, Queue } from "@slipway/store";
import {
  memoryBlobs,
  memoryQueue,
  memoryStore,
  virtualClock,
  type MemoryStore,
  type QueueFaults,
  type StoreFaults,
  type VirtualClock,
} from "@slipway/store/memory";
import { twoVendors } from "./two-vendors.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Vendors are looked at when a worker starts, and then where a test says so. */
const NEVER_MS = 365 * DAY;
/** The first moment of every simulated world. */
export const START = Date.parse("2026-01-01T00:00:00Z");

export interface WorldOptions {
  readonly seed: number;
  readonly fleetFolder: string;
  readonly lab: Readonly<Record<string, unknown>>;
  readonly storeFaults?: StoreFaults | undefined;
  readonly queueFaults?: QueueFaults | undefined;
  /** Changes what the fleet's files say. */
  readonly vary?: ((fleet: Fleet) => Fleet) | undefined;
  readonly onEvent?: ((event: RunnerEvent) => void) | undefined;
  /** The lab as two vendors, whose nodes have the same names. */
  readonly twoVendors?: boolean;
  /** Instead of the memory adapters. */
  readonly store?: Store | undefined;
  readonly queue?: Queue | undefined;
  readonly clock?: VirtualClock | undefined;
}

/** A control plane over the lab, whose time is moved by hand. */
export interface SimulatedWorld {
  readonly parts: RunnerParts;
  readonly clock: VirtualClock;
  /** The memory store, where there is one. */
  readonly memory: MemoryStore | undefined;
  start(): Promise<Runner>;
  /** Looks at the lab's inventory and events once. */
  look(): Promise<void>;
}

/** Puts a control plane together: real checks, policy and runner over the lab, with ports of the caller's choice. */
export async function simulatedWorld(options: WorldOptions): Promise<SimulatedWorld> {
  const clock = options.clock ?? virtualClock(START);
  const checks = await loadChecks();
  // Of this world alone: what it remembers of one seed's machines is of no use to the next.
  const reader = inlineReader((id) => checks.get(id));
  const digests = Object.fromEntries([...checks].map(([id, { version }]) => [id, version]));
  const judging = judgingSet({ checks, digests }, reader);
  const definition = await loadVendor("lab");
  const log = { info: () => undefined, warn: () => undefined };
  const session = await definition.open(
    { seed: options.seed, start: new Date(START).toISOString(), ...options.lab },
    { clock, log },
  );
  if (session.transport === undefined) throw new TypeError("the lab has no transport");
  const memory = options.store === undefined ? memoryStore({ clock, faults: options.storeFaults }) : undefined;
  const fleet = loadFleet(options.fleetFolder, checks, [definition]);
  const emit = (event: RunnerEvent): void => options.onEvent?.(event);
  const store = options.store ?? memory;
  if (store === undefined) throw new TypeError("there is no store");
  const lab: Adapter = { transport: session.transport, vendor: { session } };
  const { capabilities } = definition;
  const vendors =
    options.twoVendors === true
      ? twoVendors(lab, capabilities)
      : { adapters: new Map([["lab", lab]]), capabilities: new Map([["lab", capabilities]]) };
  const parts: RunnerParts = {
    store: tellingTransitions(store, emit),
    queue: options.queue ?? memoryQueue({ clock, faults: options.queueFaults }),
    blobs: memoryBlobs(clock),
    clock,
    fleet: options.vary?.(fleet) ?? fleet,
    judging: () => Promise.resolve(judging),
    steps: await loadSteps(),
    reader,
    ...vendors,
    worker: { id: "simulated/1", host: "simulated", pid: 1, release: "0" },
    limits: { ...DEFAULT_LIMITS, sweepMs: 10 * 60_000, lookMs: NEVER_MS },
    emit,
  };
  return {
    parts,
    clock,
    memory,
    start: () => startRunner(parts),
    look: () => lookNow(parts, "lab"),
  };
}
