import { followClock, migrate, postgresStore, type Store } from "@slipway/store";
import { freshDatabase, setTestClock } from "@slipway/store/testing";
import { InFlight, virtualClock, type VirtualClock } from "@slipway/store/memory";

/** A database of a seed's own, and simulated time that stands still while it is asked. */
export interface PostgresWorld {
  readonly url: string;
  readonly store: Store;
  readonly clock: VirtualClock;
  close(): Promise<void>;
}

/**
 * @param start milliseconds since 1970: the first moment
 * @param fill brings the empty database to the newest schema, with rows where the caller has some
 */
export async function postgresWorld(
  start: number,
  fill: (url: string) => Promise<unknown> = migrate,
): Promise<PostgresWorld> {
  const database = await freshDatabase();
  await fill(database.url);
  const asked = new InFlight();
  const clock = virtualClock(start, () => asked.settled());
  const plain = await postgresStore({ url: database.url, max: 16 });
  await setTestClock(plain, { offsetMs: start, rate: 0 });
  const inner = followClock(plain, clock);
  const store: Store = {
    transaction: asked.watch((work: Parameters<Store["transaction"]>[0]) =>
      inner.transaction(work),
    ) as Store["transaction"],
    report: asked.watch((work: Parameters<Store["report"]>[0]) => inner.report(work)) as Store["report"],
    skew: () => Promise.resolve(0),
    close: () => inner.close(),
  };
  return {
    url: database.url,
    store,
    clock,
    async close() {
      await asked.settled();
      await inner.close();
      await database.drop();
    },
  };
}
