import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { machineRow } from "../testing/rows.ts";
import { freshDatabase, type TestDatabase } from "../testing/index.ts";
import { migrate } from "./migrate.ts";
import { bossQueue } from "./queue.ts";
import { postgresStore, type PostgresStore } from "./store.ts";

let database: TestDatabase;
const open: { close(): Promise<unknown> }[] = [];
const opened = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one);
  return one;
};
const quick = { lockMs: 100, statementMs: 400, idleInTransactionMs: 400 };
const storeOf = async (timeouts: object = quick): Promise<PostgresStore> =>
  opened(await postgresStore({ url: database.url, max: 3, timeouts }));
/** A session without any timeout, as another program may have one. */
async function session(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  opened({ close: () => client.end() });
  return client;
}
beforeAll(async () => {
  database = await freshDatabase();
  await migrate(database.url);
});
afterAll(async () => {
  for (const one of open.reverse()) await one.close().catch(() => undefined);
  await database.drop();
});

describe("a connection that stands still inside a transaction", () => {
  it("does not block others: its session ends, they go on, and its work runs again when it is back", async () => {
    const [frozen, other] = [await storeOf(), await storeOf()];
    await other.transaction((tx) => tx.insert("machines", [machineRow(1)]));
    const holding = Promise.withResolvers<undefined>();
    const thaw = Promise.withResolvers<undefined>();
    let runs = 0;
    const work = frozen.transaction(async (tx) => {
      runs += 1;
      await tx.update("machines", [{ key: { id: 1 }, set: { sku: "of the frozen" } }]);
      if (runs > 1) return;
      holding.resolve(undefined);
      await thaw.promise;
      await tx.update("machines", [{ key: { id: 1 }, set: { vendor: "of the frozen" } }]);
    });
    await holding.promise;
    await other.transaction((tx) => tx.update("machines", [{ key: { id: 1 }, set: { vendor: "of the other" } }]));
    expect(await other.transaction((tx) => tx.get("machines", { id: 1 }))).toMatchObject({
      sku: null,
      vendor: "of the other",
    });
    thaw.resolve(undefined);
    await work;
    expect(runs).toBe(2);
    expect(await other.transaction((tx) => tx.get("machines", { id: 1 }))).toMatchObject({
      sku: "of the frozen",
      vendor: "of the other",
    });
  });

  it("does not fail a transaction that waited in vain for its lock, once the lock is free", async () => {
    const store = await storeOf();
    await store.transaction((tx) => tx.insert("machines", [machineRow(2)]));
    const holder = await session();
    await holder.query("begin");
    await holder.query("update machines set sku = 'held' where id = 2");
    let runs = 0;
    const work = store.transaction(async (tx) => {
      runs += 1;
      await tx.update("machines", [{ key: { id: 2 }, set: { vendor: "waited" } }]);
    });
    await vi.waitUntil(() => runs > 1, 20_000);
    await holder.query("rollback");
    await work;
    expect((await store.transaction((tx) => tx.get("machines", { id: 2 })))?.vendor).toBe("waited");
  });

  it("makes a transaction fail as busy instead of hanging while another session holds a row that it needs", async () => {
    const store = await storeOf();
    await store.transaction((tx) => tx.insert("machines", [machineRow(3)]));
    const holder = await session();
    await holder.query("begin");
    await holder.query("update machines set sku = 'held' where id = 3");
    const asleep = holder.query("select pg_sleep(600)").catch(() => undefined);
    await expect(
      store.transaction((tx) => tx.update("machines", [{ key: { id: 3 }, set: { vendor: "late" } }])),
    ).rejects.toMatchObject({ name: "StoreError", kind: "busy" });
    const killer = await session();
    await killer.query("select pg_cancel_backend($1)", [(holder as unknown as { processID: number }).processID]);
    await asleep;
    await holder.query("rollback");
  });

  it("does not fail a transaction whose statement timed out once: it runs again", async () => {
    const store = await storeOf();
    let runs = 0;
    await store.transaction(async (tx) => {
      if (++runs === 1) await store.sqlOf(tx).executeSql("select pg_sleep(600)", []);
    });
    expect(runs).toBe(2);
  });
});

describe("the queue", () => {
  it("fails as busy instead of hanging while another session holds its table", async () => {
    const store = await storeOf();
    const queue = opened(await bossQueue({ url: database.url, store, timeouts: quick }));
    const holder = await session();
    await holder.query("begin");
    await holder.query("lock table pgboss.job in access exclusive mode");
    await expect(queue.send("tick", [{ key: "a" }])).rejects.toMatchObject({ name: "StoreError", kind: "busy" });
    await holder.query("rollback");
    await queue.send("tick", [{ key: "a" }]);
  });
});

describe("an operation that may take long", () => {
  it("is not timed out: a report waits longer than a worker's statement may, and writes nothing", async () => {
    const store = await storeOf({ ...quick, statementMs: 200 });
    const { rows } = await store.reports.query<{ slept: string }>("select pg_sleep(0.5)::text as slept");
    expect(rows).toHaveLength(1);
    expect(await store.report((tx) => tx.find("machines", { where: { id: -1 } }))).toEqual([]);
    await expect(store.report((tx) => tx.insert("machines", [machineRow(9)]))).rejects.toThrow(
      /read-only transaction|permission denied/,
    );
    await expect(store.kysely.insertInto("settings").values({ name: "x", value: "1" }).execute()).rejects.toThrow(
      /read-only transaction|permission denied/,
    );
  });

  it("is not timed out: a migration runs to its end where the database's own limit is a millisecond", async () => {
    const hurried = await freshDatabase();
    const name = new URL(hurried.url).pathname.slice(1);
    await (await session()).query(`alter database ${name} set statement_timeout = '1ms'`);
    try {
      expect(await migrate(hurried.url)).toMatchObject({ from: 0 });
    } finally {
      await hurried.drop();
    }
  });
});
