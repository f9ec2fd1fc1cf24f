import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { setClock, type ClockSetting } from "../postgres/clock.ts";
import type { PostgresStore } from "../postgres/store.ts";
import { startEmbedded } from "../server/embedded.ts";
import { dataFolder } from "../server/places.ts";
import type { Tables } from "../tables/columns.ts";

export * from "./rows.ts";
export { header } from "../tables/header.ts";
export { bigint, bool, int, json, orNull, table, text, texts, time } from "../tables/columns.ts";

/** Sets the clock of a test's database, which is marked as one. */
export async function setTestClock(store: PostgresStore, setting: ClockSetting): Promise<void> {
  await store.transaction((tx) => tx.upsert("settings", [{ name: "test", value: true }]));
  await setClock(store, setting);
}

const SQL_TYPES = {
  int: "integer",
  bigint: "bigint",
  float: "double precision",
  text: "text",
  bool: "boolean",
  time: "timestamptz",
  json: "jsonb",
  "text[]": "text[]",
  bytes: "bytea",
} as const;

/** Makes further tables in a test's database, for a kind of object that no release has. */
export async function createTables({ pool }: Pick<PostgresStore, "pool">, tables: Tables): Promise<void> {
  for (const [name, { columns, key, unique }] of Object.entries(tables)) {
    const parts = Object.entries(columns).map(
      ([column, { type, nullable }]) => `"${column}" ${SQL_TYPES[type]}${nullable ? "" : " not null"}`,
    );
    const listed = (names: readonly string[]): string => names.map((one) => `"${one}"`).join(", ");
    const keys = [`primary key (${listed(key)})`, ...unique.map((one) => `unique (${listed(one)})`)];
    await pool.query(`create table ${name} (${[...parts, ...keys].join(", ")})`);
  }
}

/** An empty database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * A new database on `SLIPWAY_TEST_DATABASE_URL`, else on one embedded server that all tests of this
 * clone share and that stays for the next run.
 */
export async function freshDatabase(): Promise<TestDatabase> {
  const named = process.env["SLIPWAY_TEST_DATABASE_URL"];
  // Tests crash the code, not the machine: what reached the server need not reach the disk.
  const server =
    named ??
    (await startEmbedded({ home: join(dataFolder(), "tests"), settings: ["fsync=off", "synchronous_commit=off"] })).url;
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await admin(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(`drop database if exists ${name} with (force)`) };
}
