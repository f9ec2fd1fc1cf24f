import type { Adapter } from "@slipway/collect";
import { defineCheck, type VendorSession } from "@slipway/plugin-sdk";
import { Clusters, CLUSTERS_SCHEMA, Lane, LANE_SCHEMA } from "@slipway/policy";
import { tables, type TableName } from "@slipway/store";
import { memoryQueue, memoryStore, virtualClock, type MemoryStore, type VirtualClock } from "@slipway/store/memory";
import { listedVendor, type ListedVendor } from "@slipway/testkit/vendors";
import { fleetOf } from "@slipway/fleet";
import { precedence } from "@slipway/nodes/testing";
import { DEFAULT_LIMITS, type RunnerEvent, type RunnerParts } from "../src/worker/parts.ts";
import { lookIfDue } from "../src/look-now.ts";

export const START = Date.UTC(2026, 0, 9);

export interface LookOptions {
  readonly adapter?: string;
  /** Instead of the world's vendor. */
  readonly session?: VendorSession;
  readonly worker?: string;
  /** By how much the clock goes on before. */
  readonly afterMs?: number;
  /** How often the vendor is looked at. */
  readonly everyMs?: number;
}

/** A store in memory, a clock and a vendor, for tests of what a look takes in. */
export interface VendorWorld {
  readonly store: MemoryStore;
  readonly clock: VirtualClock;
  readonly vendor: ListedVendor;
  readonly parts: RunnerParts;
  /** Takes the next step of a vendor account as a worker that has just started, a minute later or as the caller says. */
  look(options?: LookOptions): Promise<void>;
  /** What the looks told. */
  readonly events: RunnerEvent[];
  /** How many rows of each table that `work` adds to were added by it. */
  added(work: () => Promise<unknown>): Promise<Partial<Record<TableName, number>>>;
}

const check = defineCheck({
  id: "gpus",
  version: "1.0.0",
  title: "GPUs are there",
  probes: [],
  sections: {},
  needs: [],
  codes: {},
  judge: () => [],
});

/** A fleet with one lane that every machine goes by. */
const fleet = fleetOf(
  {
    lanes: [
      {
        lane: Lane.parse({ schema: LANE_SCHEMA, lane: "slow", kind: "slow", passes: 1, checks: ["gpus"] }),
        file: "slow.yaml",
      },
    ],
    clusters: Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} }),
    expectations: [],
    precedence,
  },
  new Map([[check.id, check]]),
);

export function vendorWorld(options: { readonly pageSize?: number } = {}): VendorWorld {
  const clock = virtualClock(START);
  const store = memoryStore({ clock });
  const vendor = listedVendor(() => clock.now(), options);
  const events: RunnerEvent[] = [];
  const parts = {
    store,
    queue: memoryQueue({ clock }),
    clock,
    fleet,
    adapters: new Map(),
    worker: { id: "worker/1", host: "test", pid: 1, release: "0" },
    limits: DEFAULT_LIMITS,
    emit: (event: RunnerEvent) => void events.push(event),
  } as unknown as RunnerParts;
  return {
    store,
    clock,
    vendor,
    parts,
    events,
    async look({
      adapter = "listed",
      session = vendor.session,
      worker = "worker/1",
      afterMs = 60_000,
      everyMs = 1_000,
    } = {}) {
      clock.jump(afterMs);
      const mine: RunnerParts = {
        ...parts,
        worker: { ...parts.worker, id: worker },
        adapters: new Map([[adapter, { vendor: { session } } as unknown as Adapter]]),
        limits: { ...parts.limits, lookMs: everyMs },
      };
      await lookIfDue(mine, adapter);
    },
    async added(work) {
      const counts = (): number[] => names.map((name) => store.snapshot(name).length);
      const before = counts();
      await work();
      const after = counts();
      return Object.fromEntries(
        names.flatMap((name, index) => {
          const more = (after[index] ?? 0) - (before[index] ?? 0);
          return more === 0 ? [] : [[name, more]];
        }),
      );
    },
  };
}

const names = Object.keys(tables) as TableName[];

/** Lists `count` nodes of a cluster, numbered from `from`. */
export const nodesOf = (
  count: number,
  { adapter = "listed", cluster = "c1", from = 0, ...rest }: Readonly<Record<string, unknown>> & { from?: number } = {},
): ListedVendor["nodes"] =>
  Array.from({ length: count }, (_, index) => ({
    source: `vendor:${String(adapter)}`,
    vendor: String(adapter),
    cluster: String(cluster),
    node_name: `${String(cluster)}-n${String(from + index)}`,
    system_serial: `S${String(adapter)}${String(cluster)}${String(from + index)}`,
    adapter: String(adapter),
    ...rest,
  }));
