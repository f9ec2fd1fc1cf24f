import { lookNow, startRunner, type RunnerParts } from "@slipway/runner";
import { followClock, postgresStore, setClock, TRUE_CLOCK, type Blobs, type Store } from "@slipway/store";
import { InFlight, memoryQueue, virtualClock } from "@slipway/store/memory";
import { keepLabSettings, type KeptLab } from "./lab.ts";
import { openActive, type Checkout } from "./active.ts";
import { evidenceBlobs, openAdapters, type Database } from "./open.ts";
import { historyWorker, runnerParts } from "./runner-parts.ts";

const DAY = 86_400_000;
const LOOK_MS = 6 * 3_600_000;
/** Sweeps of simulated time: what is due is also sent when it becomes due, so this is only for what was lost. */
const SWEEP_MS = 30 * 60_000;
/**
 * Steps of the simulated clock: what falls into one overlaps its I/O. A probe ends with a step, so a
 * pass takes the two node-hours of statistics.md 4.
 */
const GRAIN_MS = 5 * 60_000;
/** A machine's passes print the same again and again: judgements of a whole fleet are kept. */
const REMEMBERED = 50_000;

export interface HistoryProgress {
  /** Days made so far, of `days`. */
  readonly day: number;
  readonly days: number;
  readonly seconds: number;
}

/**
 * Makes the lab's past: the same runner, policy and checks as ever, over the same database, on a
 * clock that is moved by hand. Goes on where it was when it was ended midway.
 */
export async function makeHistory(
  database: Database,
  kept: KeptLab,
  journal: string,
  options: {
    readonly checkout: Checkout;
    readonly fleetFolder: string;
    readonly release: string;
    readonly signal: AbortSignal;
    readonly onProgress: (progress: HistoryProgress) => void;
  },
): Promise<void> {
  const begun = performance.now();
  const busy = new InFlight();
  const from = Math.max(Date.parse(kept.start), kept.historyUntil);
  const clock = virtualClock(from, () => busy.settled(), { grainMs: GRAIN_MS });
  const quiet = { info: () => undefined, warn: () => undefined };
  const active = await openActive(database, options.checkout, { remember: REMEMBERED, inline: true });
  const adapters = await openAdapters(
    { lab: { ...kept.settings, start: kept.start, journal, speed: 1 } },
    { clock, log: quiet },
  );
  // A crash of the machine loses the last of the past, which is then made again from where it is known.
  const store = followClock(await postgresStore({ url: database.url, sync: false }), clock);
  const watched = watchedDatabase(busy, database, store);
  const live = await runnerParts({
    database: watched,
    active,
    adapters,
    release: options.release,
    clock,
    queue: memoryQueue({ clock }),
    limits: { sweepMs: SWEEP_MS, lookAgainMs: LOOK_MS, lookMs: LOOK_MS },
    emit: () => undefined,
  });
  const parts: RunnerParts = Object.assign(live, { worker: historyWorker(options.release) });
  const runner = await startRunner(parts);
  const days = Math.round((kept.liveFrom - Date.parse(kept.start)) / DAY);
  try {
    for (let at = from; at < kept.liveFrom && !options.signal.aborted;) {
      at = Math.min(at + LOOK_MS, kept.liveFrom);
      await clock.runUntil(at, options.signal);
      if (options.signal.aborted) break;
      await keepLabSettings(database, { ...kept, historyUntil: at });
      options.onProgress({
        day: (at - Date.parse(kept.start)) / DAY,
        days,
        seconds: (performance.now() - begun) / 1_000,
      });
    }
    await runner.stop({ now: true });
    // The last look of the past leaves the vendor due at once for the workers that go on live.
    if (!options.signal.aborted) await lookNow({ ...parts, limits: { ...parts.limits, lookMs: 0 } }, "lab");
  } finally {
    await runner.stop({ now: true });
    await adapters.close();
    await setClock(store, TRUE_CLOCK);
    await store.close();
  }
}

/** The database through a store of its own, both of which are waited for before the clock moves. */
function watchedDatabase(busy: InFlight, database: Database, store: Database["store"]): Database {
  return {
    ...database,
    store: Object.assign(Object.create(store) as Database["store"], {
      transaction: busy.watch((work: Parameters<Store["transaction"]>[0]) => store.transaction(work)),
    }),
    blobs: watchedBlobs(busy, evidenceBlobs(store, { sync: false })),
  };
}

function watchedBlobs(busy: InFlight, blobs: Blobs): Blobs {
  return {
    put: busy.watch((contents) => blobs.put(contents)),
    get: busy.watch((digest) => blobs.get(digest)),
    list: () => blobs.list(),
    remove: busy.watch((digests, at) => blobs.remove(digests, at)),
    purge: busy.watch((before, stillNamed) => blobs.purge(before, stillNamed)),
  };
}
