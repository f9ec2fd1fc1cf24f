import { hostname } from "node:os";
import { loadSteps } from "@slipway/catalog";
import type { Adapter } from "@slipway/collect";
import type { WorkerId } from "@slipway/reconciler";
import { DEFAULT_LIMITS, type RunnerEvent, type RunnerLimits, type RunnerParts } from "@slipway/runner";
import { bossQueue, systemClock, type Clock, type Queue } from "@slipway/store";
import type { ActiveSet } from "./active.ts";
import type { Database } from "./open.ts";

/** What a worker's parts are made of. */
export interface PartsOptions {
  readonly database: Database;
  readonly active: ActiveSet;
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly release: string;
  readonly limits?: Partial<RunnerLimits>;
  readonly clock?: Clock;
  /** Instead of pg-boss on the database. */
  readonly queue?: Queue;
  readonly emit: (event: RunnerEvent) => void;
}

/** The worker of this process. */
export const thisWorker = (release: string): WorkerId => ({
  id: `${hostname()}/${String(process.pid)}`,
  host: hostname(),
  pid: process.pid,
  release,
});

/** The one that makes a lab's past in this process. */
export function historyWorker(release: string): WorkerId {
  const worker = thisWorker(release);
  return { ...worker, id: `${worker.id}/history` };
}

/** Everything a worker of this process needs, over the database. */
export async function runnerParts({
  database,
  active,
  adapters,
  release,
  limits,
  clock = systemClock,
  queue,
  emit,
}: PartsOptions): Promise<RunnerParts> {
  return {
    store: database.store,
    queue: queue ?? (await bossQueue({ url: database.url, store: database.store })),
    blobs: database.blobs,
    clock,
    get fleet() {
      return active.current().fleet;
    },
    steps: await loadSteps(),
    judging: () => Promise.resolve(active.current().judging),
    reader: active.reader,
    adapters,
    worker: thisWorker(release),
    limits: { ...DEFAULT_LIMITS, ...limits },
    emit,
  };
}
