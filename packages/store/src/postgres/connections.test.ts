import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { machineRow } from "../testing/rows.ts";
import { freshDatabase, type TestDatabase } from "../testing/index.ts";
import { migrate } from "./migrate.ts";
import { postgresStore, type PostgresStore } from "./store.ts";

let database: TestDatabase;
let store: PostgresStore;
beforeAll(async () => {
  database = await freshDatabase();
  await migrate(database.url);
  store = await postgresStore({ url: database.url, max: 3 });
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

/** Ends every connection of the store, as a restart of PostgreSQL does. */
async function cut(): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name = 'slipway'",
  );
  await client.end();
}

it("the store reports a lost database, and works again when it is back", async () => {
  const work = store.transaction(async (tx) => {
    await tx.insert("machines", [machineRow(1)]);
    await cut();
    await tx.insert("machines", [machineRow(2)]);
  });
  await expect(work).rejects.toMatchObject({ name: "StoreError", kind: "unavailable" });
  expect(await store.transaction((tx) => tx.find("machines"))).toEqual([]);
  // Connections that lie idle in the pool are cut too, and replaced unseen or with one refusal.
  await cut();
  let tries = 0;
  for (let there = false; !there && tries < 5; tries += 1)
    there = await store
      .transaction((tx) => tx.insert("machines", [machineRow(3)]))
      .then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ kind: "unavailable" });
          return false;
        },
      );
  expect(tries).toBeLessThan(5);
  expect(await store.transaction((tx) => tx.find("machines"))).toEqual([machineRow(3)]);
});

it("the store is unavailable where no server listens", async () => {
  await expect(postgresStore({ url: "postgres://127.0.0.1:1/none" })).rejects.toMatchObject({
    name: "StoreError",
    kind: "unavailable",
  });
  await expect(migrate("postgres://127.0.0.1:1/none")).rejects.toMatchObject({
    name: "StoreError",
    kind: "unavailable",
  });
});

it("a queue may write inside a transaction, and reports may read outside of one", async () => {
  await store.transaction(async (tx) => {
    await store.sqlOf(tx).executeSql("update machines set sku = $1 where id = 3", ["by queue"]);
    expect((await tx.get("machines", { id: 3 }))?.sku).toBe("by queue");
  });
  const rows = await store.kysely
    .selectFrom("machines")
    .select(["id", "created_at", "gpu_serials"])
    .where("sku", "=", "by queue")
    .execute();
  expect(rows).toEqual([{ id: 3, created_at: 1, gpu_serials: machineRow(3).gpu_serials }]);
  await expect(store.transaction((tx) => tx.insert("machines", [machineRow(3)]))).rejects.toThrow(
    "machines: Key (id)=(3) already exists. (machines_pkey)",
  );
  expect(() => store.sqlOf({} as never)).toThrow("not one of this store");
});
