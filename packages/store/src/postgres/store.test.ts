import pg from "pg";
import { expect, it } from "vitest";
import { describeStore } from "../../test/contract/store-contract.ts";
import { describeStoreGuards } from "../../test/contract/store-guards.ts";
import { describeStoreHazards } from "../../test/contract/store-hazards.ts";
import { describeStoreModel } from "../../test/contract/store-model.ts";
import { freshDatabase } from "../testing/index.ts";
import { tables } from "../tables/index.ts";
import type { Table } from "../tables/columns.ts";
import { migrate, newestMigration } from "./migrate.ts";
import { postgresStore } from "./store.ts";

for (const describeAs of [describeStore, describeStoreHazards, describeStoreModel, describeStoreGuards])
  describeAs("PostgreSQL", async () => {
    const database = await freshDatabase();
    await migrate(database.url);
    const store = await postgresStore({ url: database.url });
    return {
      store,
      close: async () => {
        await store.close();
        await database.drop();
      },
    };
  });

const TYPES = {
  int: "integer",
  bigint: "bigint",
  float: "double precision",
  text: "text",
  bool: "boolean",
  time: "timestamp with time zone",
  json: "jsonb",
  "text[]": "ARRAY",
  bytes: "bytea",
} as const;

it("the database has exactly the columns, keys and indexes that the code declares", async () => {
  const database = await freshDatabase();
  await migrate(database.url);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{
    table_name: string;
    column_name: string;
    data_type: string;
    is_nullable: string;
  }>(
    "select table_name, column_name, data_type, is_nullable from information_schema.columns " +
      "where table_schema = 'public' and table_name not like 'slipway\\_%'",
  );
  const { rows: indexes } = await client.query<{ tablename: string; indexdef: string }>(
    "select tablename, indexdef from pg_indexes where schemaname = 'public' and tablename not like 'slipway\\_%'",
  );
  await client.end();
  await database.drop();
  const known = Object.entries(tables as unknown as Record<string, Table>);
  const columns = known.flatMap(([name, { columns: own }]) =>
    Object.entries(own).map(
      ([column, { type, nullable }]) => `${name}.${column} ${TYPES[type]} ${nullable ? "YES" : "NO"}`,
    ),
  );
  expect(rows.map((row) => `${row.table_name}.${row.column_name} ${row.data_type} ${row.is_nullable}`).sort()).toEqual(
    columns.sort(),
  );
  const wanted = known.flatMap(([name, { key, unique, uniqueWhere, indexes: own }]) => [
    ...[key, ...unique].map((one) => `${name} unique (${one.join(", ")})`),
    ...uniqueWhere.map(
      ({ columns: one, where }) => `${name} unique (${one.join(", ")}) where ${Object.keys(where).join()}`,
    ),
    ...own.map((one) => `${name} (${one.join(", ")})`),
  ]);
  const held = indexes.map(({ tablename, indexdef }) => {
    const columns = /\(([^)]*)\)/.exec(indexdef)?.[0].replaceAll('"', "") ?? "";
    const where = /UNIQUE.* WHERE \((\w+)/.exec(indexdef)?.[1];
    const unique = indexdef.includes("UNIQUE") ? "unique " : "";
    return `${tablename} ${unique}${columns}${where === undefined ? "" : ` where ${where}`}`;
  });
  expect(held.sort()).toEqual(wanted.sort());
});

it("a store migrates once, waits for a concurrent migration, and refuses a database of a newer release", async () => {
  const database = await freshDatabase();
  await expect(postgresStore({ url: database.url })).rejects.toMatchObject({ kind: "outdated" });
  const both = await Promise.all([migrate(database.url), migrate(database.url)]);
  expect(both.map(({ from }) => from).sort((a, b) => a - b)).toEqual([0, newestMigration]);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("insert into slipway_migrations values (999, 'later', now())");
  await client.end();
  await expect(migrate(database.url)).rejects.toMatchObject({ kind: "outdated" });
  await expect(postgresStore({ url: database.url })).rejects.toMatchObject({ kind: "outdated" });
  await database.drop();
});
