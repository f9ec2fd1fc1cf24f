import { migrate, postgresStore, type Store } from "@slipway/store";
import { freshDatabase } from "@slipway/store/testing";
import { virtualClock, type VirtualClock } from "@slipway/store/memory";

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
  let asked = 0;
  let idle: (() => void)[] = [];
  const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const store: Store = {
    async transaction(work) {
      asked += 1;
      try {
        return await inner.transaction(work);
      } finally {
        asked -= 1;
        if (asked === 0) {
          for (const resolve of idle) resolve();
          idle = [];
        }
      }
    },
    close: () => inner.close(),
  };
  /** Two quiet rounds in a row: what an answer sets off has run as well. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await round();
      if (asked === 0) continue;
      await new Promise<void>((resolve) => idle.push(resolve));
      quiet = -1;
    }
  }
  return {
    store,
    clock: virtualClock(start, settle),
    async close() {
      await settle();
      await inner.close();
      await database.drop();
    },
  };
}
