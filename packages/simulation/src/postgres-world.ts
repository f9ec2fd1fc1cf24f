import { migrate, postgresStore, type Store } from "@slipway/store";
import { freshDatabase } from "@slipway/store/testing";
import { InFlight, virtualClock, type VirtualClock } from "@slipway/store/memory";

/** A database of a seed's own, and simulated time that stands still while it is asked. */
export interface PostgresWorld {
  readonly store: Store;
  readonly clock: VirtualClock;
  close(): Promise<void>;
}

/** @param start milliseconds since 1970: the first moment */
export async function postgresWorld(start: number): Promise<PostgresWorld> {
  const database = await freshDatabase();
  await migrate(database.url);
  const inner = await postgresStore({ url: database.url, max: 16 });
  const asked = new InFlight();
  const store: Store = {
    transaction: asked.watch((work: Parameters<Store["transaction"]>[0]) =>
      inner.transaction(work),
    ) as Store["transaction"],
    report: asked.watch((work: Parameters<Store["report"]>[0]) => inner.report(work)) as Store["report"],
    close: () => inner.close(),
  };
  return {
    store,
    clock: virtualClock(start, () => asked.settled()),
    async close() {
      await asked.settled();
      await inner.close();
      await database.drop();
    },
  };
}
