import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { setClock, type ClockSetting } from "../postgres/clock.ts";
import type { PostgresStore } from "../postgres/store.ts";
import { startEmbedded } from "../server/embedded.ts";
import { dataFolder } from "../server/places.ts";

export * from "./rows.ts";

/** Sets the clock of a test's database, which is marked as one. */
export async function setTestClock(store: PostgresStore, setting: ClockSetting): Promise<void> {
  await store.transaction((tx) => tx.upsert("settings", [{ name: "test", value: true }]));
  await setClock(store, setting);
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
