import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import type { Column, Table } from "../tables/columns.ts";
import { formerNames, tables, type TableName } from "../tables/index.ts";
import { freshDatabase } from "../testing/index.ts";
import { migrate, migrations, newestMigration } from "./migrate.ts";
import { postgresStore } from "./store.ts";

/** A database as an earlier release left it. */
interface Dump {
  /** SHA-256 of the SQL of the migrations up to this one: a released migration is never changed. */
  readonly sha256: string;
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

const known = Object.entries(tables as unknown as Record<string, Table>);
const fileOf = (migration: number): string =>
  join(import.meta.dirname, "migrations/dumps", `${String(migration).padStart(4, "0")}.json`);
const sha256Of = (migration: number): string =>
  createHash("sha256")
    .update(
      migrations
        .filter(({ number }) => number <= migration)
        .map(({ sql }) => sql)
        .join("\n"),
    )
    .digest("hex");

/** The rows that a dump has of a table, whatever name it had. */
const rowsIn = ({ tables: dumped }: Dump, name: string): Dump["tables"][string] =>
  dumped[name] ?? Object.entries(formerNames).flatMap(([former, now]) => (now === name ? (dumped[former] ?? []) : []));

/** Two different values of each type. */
const SAMPLES: Readonly<Record<Column["type"], (seed: number) => unknown>> = {
  int: (seed) => seed,
  bigint: (seed) => 2 ** 50 + seed,
  float: (seed) => seed / 8,
  text: (seed) => `text ${String(seed)} "\\ ü`,
  bool: (seed) => seed % 2 === 0,
  time: (seed) => 1_700_000_000_123 + seed,
  json: (seed) => ({ seed, list: [null, "x"] }),
  "text[]": (seed) => [`one ${String(seed)}`, "", 'a,"b"'],
  bytes: (seed) => Uint8Array.from([0, 255, seed]),
};

/** Two rows of a table: one with every column, one with every null that it may have. */
const sampleRows = ({ columns, key }: Table): Record<string, unknown>[] =>
  [1, 2].map((row) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, { type, nullable }], index) => [
        name,
        nullable && row === 2 && !key.includes(name) ? null : SAMPLES[type](row * 301 + index),
      ]),
    ),
  );

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set timezone = 'UTC'");
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every row of every table as PostgreSQL's own JSON. */
const dumpOf = (url: string): Promise<Dump["tables"]> =>
  connected(url, async (client) => {
    const dumped: Record<string, Record<string, unknown>[]> = {};
    for (const [name, { key }] of known) {
      const { rows } = await client.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from ${name} t order by ${key.map((one) => `"${one}"`).join(", ")}`,
      );
      dumped[name] = rows.map(({ row }) => row);
    }
    return dumped;
  });

describe("migrations", () => {
  it("have a dump of the newest schema, which vitest -u writes when a migration is added", async () => {
    const database = await freshDatabase();
    await migrate(database.url);
    const store = await postgresStore({ url: database.url, max: 1 });
    await store.transaction(async (tx) => {
      for (const [name, table] of known) await tx.insert(name as TableName, sampleRows(table) as never);
    });
    await store.close();
    const dump: Dump = { sha256: sha256Of(newestMigration), tables: await dumpOf(database.url) };
    await database.drop();
    await expect(`${JSON.stringify(dump, null, 1)}\n`).toMatchFileSnapshot(fileOf(newestMigration));
  });

  it.each(migrations.map(({ number }) => number))(
    "upgrade a dump of migration %i to the newest without losing a row",
    async (number) => {
      expect(existsSync(fileOf(number)), `${fileOf(number)} is missing`).toBe(true);
      const dump = JSON.parse(readFileSync(fileOf(number), "utf8")) as Dump;
      expect(dump.sha256, `migration ${String(number)} or one before it was changed: add a new one instead`).toBe(
        sha256Of(number),
      );
      const database = await freshDatabase();
      await migrate(database.url, number);
      await connected(database.url, async (client) => {
        for (const [name, rows] of Object.entries(dump.tables))
          await client.query(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, $1)`, [
            JSON.stringify(rows),
          ]);
      });
      expect(await migrate(database.url)).toEqual({ from: number, to: newestMigration });
      const store = await postgresStore({ url: database.url, max: 1 });
      for (const [name, table] of known) {
        const rows = await store.transaction((tx) => tx.find(name as TableName, { orderBy: [...table.key] as never }));
        expect(rows, name).toHaveLength(rowsIn(dump, name).length);
        if (number === newestMigration) expect(rows, name).toEqual(sampleRows(table));
      }
      await store.close();
      await database.drop();
    },
  );

  it("are numbered from 1 without a gap", () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  });
});
