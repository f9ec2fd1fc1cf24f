import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeStoreTime } from "../../test/contract/store-time.ts";
import { freshDatabase, setTestClock, type TestDatabase } from "../testing/index.ts";
import { virtualClock } from "../memory/clock.ts";
import { migrate } from "./migrate.ts";
import { bossQueue } from "./queue.ts";
import { followClock, setClock } from "./clock.ts";
import { postgresStore, type PostgresStore } from "./store.ts";

async function migrated(): Promise<TestDatabase> {
  const database = await freshDatabase();
  await migrate(database.url);
  return database;
}

describeStoreTime("PostgreSQL", async () => {
  const database = await migrated();
  const store = await postgresStore({ url: database.url });
  return {
    store,
    setClock: (time) => setTestClock(store, { offsetMs: time, rate: 0 }),
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
});

describe("the clock of a database", () => {
  let database: TestDatabase;
  let store: PostgresStore;
  beforeAll(async () => {
    database = await migrated();
    store = await postgresStore({ url: database.url });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });
  /** The database's time and its own clock, at one instant. */
  const both = async (): Promise<{ mapped: number; real: number }> => {
    const { rows } = await store.pool.query<{ mapped: number; real: number }>(
      "select extract(epoch from slipway_now())::float8 * 1000 as mapped, extract(epoch from clock_timestamp())::float8 * 1000 as real",
    );
    return rows[0] ?? { mapped: NaN, real: NaN };
  };

  it("is the server's, and cannot be moved where no lab and no test is", async () => {
    const { mapped, real } = await both();
    expect(Math.abs(mapped - real)).toBeLessThan(60_000);
    await expect(setClock(store, { offsetMs: 1, rate: 1 })).rejects.toThrow("only a lab's or a test's database");
    for (const statement of [
      "delete from slipway_clock",
      "truncate slipway_clock",
      "insert into slipway_clock default values",
    ])
      await expect(store.pool.query(statement)).rejects.toThrow(/slipway_clock|clock/);
  });

  it("goes at the rate and from the time that a test sets, and then by the server again", async () => {
    await setTestClock(store, { offsetMs: 86_400_000, rate: 1 });
    let { mapped, real } = await both();
    expect(Math.abs(mapped - real - 86_400_000)).toBeLessThan(60_000);
    await setTestClock(store, { sinceMs: real, offsetMs: 0, rate: 1_000_000 });
    await store.pool.query("select pg_sleep(0.01)");
    ({ mapped, real } = await both());
    expect(mapped - real).toBeGreaterThan(5_000_000);
    await setTestClock(store, { offsetMs: 0, rate: 1 });
    ({ mapped, real } = await both());
    expect(Math.abs(mapped - real)).toBeLessThan(60_000);
  });

  it("follows a clock that is moved by hand", async () => {
    const clock = virtualClock(1_000);
    const following = followClock(store, clock);
    expect(await following.transaction((tx) => tx.now())).toBe(1_000);
    clock.jump(500);
    expect(await Promise.all([1, 2, 3].map(() => following.transaction((tx) => tx.now())))).toEqual([
      1_500, 1_500, 1_500,
    ]);
    expect(await following.report((tx) => tx.now())).toBe(1_500);
  });

  it("measures by how much this machine's clock is off, against the server's own", async () => {
    await setTestClock(store, { offsetMs: 0, rate: 0 });
    for (const offMs of [0, 181 * 86_400_000, -86_400_000]) {
      const wrong = await postgresStore({ url: database.url, machine: { now: () => Date.now() + offMs } });
      expect(Math.abs((await wrong.skew()) - offMs)).toBeLessThan(60_000);
      await wrong.close();
    }
  });

  it("is the clock of the queue as well", async () => {
    await setTestClock(store, { offsetMs: 1_000, rate: 0 });
    const queue = await bossQueue({ url: database.url, store });
    try {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const clock = "select extract(epoch from pgboss.job_now())::float8 * 1000 as now";
      expect((await client.query<{ now: number }>(clock)).rows).toEqual([{ now: 1_000 }]);
      await setTestClock(store, { offsetMs: 7_000, rate: 0 });
      expect((await client.query<{ now: number }>(clock)).rows).toEqual([{ now: 7_000 }]);
      await client.end();
    } finally {
      await queue.close();
    }
  });
});
