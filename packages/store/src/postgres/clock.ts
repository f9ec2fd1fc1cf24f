import type pg from "pg";
import type { Clock } from "../clock.ts";
import type { Store } from "../store.ts";
import type { PostgresStore } from "./store.ts";

/** How the store's time follows from the server's: `since + offset + (server's time - since) * rate`. */
export interface ClockSetting {
  /** Milliseconds since 1970; 0 when absent. */
  readonly sinceMs?: number;
  readonly offsetMs: number;
  readonly rate: number;
}

/** The server's own time. */
export const TRUE_CLOCK: ClockSetting = { offsetMs: 0, rate: 1 };

/** Sets the store's clock. @throws where the database is no lab's and no test's */
export async function setClock(
  { pool }: Pick<PostgresStore, "pool">,
  { sinceMs = 0, offsetMs, rate }: ClockSetting,
): Promise<void> {
  // It need not survive a crash of the server, so the commit does not wait for the disk.
  await pool.query(
    `with unsynced as materialized (select set_config('synchronous_commit', 'off', true))
     update slipway_clock set since = to_timestamp($1::float8 / 1000), offset_ms = $2, rate = $3 from unsynced`,
    [sinceMs, offsetMs, rate],
  );
}

/** The same store, whose clock is set to `clock` at the start of every transaction: for time that is moved by hand. */
export function followClock<S extends PostgresStore>(store: S, clock: Pick<Clock, "now">): S {
  let shown: number | undefined;
  let last = Promise.resolve();
  const follow = (): Promise<void> => {
    const turn = last.then(async () => {
      const time = clock.now();
      if (time === shown) return;
      shown = undefined;
      await setClock(store, { offsetMs: Math.round(time), rate: 0 });
      shown = time;
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const after = async <T>(work: () => Promise<T>): Promise<T> => {
    await follow();
    return work();
  };
  return Object.assign(Object.create(store) as S, {
    transaction: (work: Parameters<Store["transaction"]>[0]) => after(() => store.transaction(work)),
    report: (work: Parameters<Store["report"]>[0]) => after(() => store.report(work)),
  });
}

/** A measurement is good for so long; asking for the skew more often than that costs the server nothing. */
const FRESH_MS = 5_000;

/** Measures by how much this machine's clock is off, whenever a transaction asks the server for the time. */
export class SkewMeter {
  readonly #machine: Pick<Clock, "now">;
  #last: { readonly skewMs: number; readonly at: number } | undefined;

  constructor(machine: Pick<Clock, "now">) {
    this.#machine = machine;
  }

  /**
   * Runs a question that the server answers with `at`, its own clock.
   *
   * The skew is by how many milliseconds this machine's clock is ahead of that; 0 where the difference is no larger
   * than the time that the question took.
   */
  async during<A extends { readonly at: number }>(ask: () => Promise<A | undefined>): Promise<A | undefined> {
    const before = this.#machine.now();
    const answer = await ask();
    const after = this.#machine.now();
    const at = answer?.at ?? before;
    this.#last = { skewMs: before > at ? before - at : Math.min(0, after - at), at: performance.now() };
    return answer;
  }

  /** The skew in milliseconds, as of the last seconds. */
  async skew(pool: pg.Pool): Promise<number> {
    if (this.#last === undefined || performance.now() - this.#last.at > FRESH_MS)
      await this.during(async () => (await pool.query<{ at: number }>("select clock_timestamp() as at")).rows[0]);
    return this.#last?.skewMs ?? 0;
  }
}
