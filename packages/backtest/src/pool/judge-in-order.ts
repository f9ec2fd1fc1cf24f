import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { ThreadPool } from "@slipway/evidence";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Unit } from "../evidence/unit.ts";
import type { Outcome } from "../judging/outcome.ts";
import { unjudged } from "../judging/unjudged.ts";
import type { Ask, ThreadData } from "./thread.ts";

/** Units that a thread holds at once, so that it never waits for the next. */
const AHEAD = 4;
/** A check that takes longer on one bundle hangs. */
export const HANGS_MS = 60_000;
/** Memory of one thread: two sides and one bundle at a time. */
const OLD_MB = 1_024;
/** What a bundle leaves behind is garbage with the next one. */
const YOUNG_MB = 32;

/**
 * Judges units in threads and gives their outcomes in the order of the units, whatever the number of
 * threads. Only a few units per thread are under way at once. A check that ends its thread, or hangs,
 * is an error of the unit that it was judging; the others go to a new thread.
 *
 * @throws SlipwayError of kind `config` when a side cannot be loaded
 */
export async function* judgeInOrder(
  units: AsyncIterable<Unit> | Iterable<Unit>,
  data: ThreadData,
  { threads, hangsMs = HANGS_MS }: { readonly threads: number; readonly hangsMs?: number },
): AsyncGenerator<Outcome> {
  const most = Math.max(1, threads);
  const entry = pathToFileURL(createRequire(import.meta.url).resolve("@slipway/backtest/worker"));
  const limits = { threads: most, hangsMs, oldMb: OLD_MB, youngMb: YOUNG_MB, ahead: AHEAD };
  const pool = new ThreadPool<Ask, Outcome>(entry, data, limits);
  const source = Symbol.asyncIterator in units ? units[Symbol.asyncIterator]() : units[Symbol.iterator]();
  const underWay: Promise<Outcome>[] = [];
  let more = true;
  try {
    while (true) {
      while (more && underWay.length < most * AHEAD * 2) {
        const next = await source.next();
        if (next.done === true) more = false;
        else underWay.push(settled(outcomeOf(pool, next.value)));
      }
      const oldest = underWay.shift();
      if (oldest === undefined) return;
      yield await oldest;
    }
  } finally {
    await pool.close();
    await source.return?.(undefined);
  }
}

async function outcomeOf(pool: ThreadPool<Ask, Outcome>, unit: Unit): Promise<Outcome> {
  const { said, death } = await pool
    .run(() => ({ ask: { unit } }))
    .catch((error: unknown) => {
      throw SlipwayError.is(error) ? new SlipwayError("config", `a side cannot be loaded: ${error.message}`) : error;
    });
  return said[0] ?? unjudged(unit, "error", death ?? "its thread said nothing");
}

/** A promise that may reject before anybody waits for it. */
function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
