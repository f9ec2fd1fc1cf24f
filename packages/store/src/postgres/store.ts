import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError, type Change, type Query, type Store, type Tx } from "../store.ts";
import { tables, type KeyOf, type Row, type TableName } from "../tables/index.ts";
import type { Table } from "../tables/columns.ts";
import { migrationOf, newestMigration } from "./migrate.ts";
import { insertStatement, removeStatement, selectStatement, updateStatement, type Statement } from "./statements.ts";

/** Every table as Kysely sees it, for reports that only read. */
export type Schema = { [K in TableName]: { -readonly [Column in keyof Row<K>]: Row<K>[Column] } };

export interface PostgresStore extends Store {
  readonly pool: pg.Pool;
  /** For reports: reads only, outside of transactions. Times come as milliseconds since 1970. */
  readonly kysely: Kysely<Schema>;
  /** Lets pg-boss write inside a transaction of this store. */
  sqlOf(tx: Tx): { executeSql(text: string, values: unknown[]): Promise<{ rows: unknown[] }> };
}

const TRIES = 8;
/** Rows a single statement carries: beyond this the parameters grow faster than the work shrinks. */
const CHUNK = 5_000;
const descriptors = tables as unknown as Readonly<Record<string, Table>>;
const connections = new WeakMap<Tx, pg.PoolClient>();

const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text: string) => Date.parse(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")));

/**
 * The store in PostgreSQL.
 *
 * @throws StoreError `outdated` when the schema is not the one this release knows, `unavailable` when nobody answers
 */
export async function postgresStore({ url, max = 20 }: { readonly url: string; readonly max?: number }): Promise<PostgresStore> {
  const pool = new pg.Pool({ connectionString: url, max, types, application_name: "slipway", connectionTimeoutMillis: 10_000 });
  // A lost idle connection is replaced at the next query, which is where its loss is reported.
  pool.on("error", () => undefined);
  try {
    const migration = await migrationOf(pool);
    if (migration !== newestMigration)
      throw new StoreError("outdated", migration > newestMigration ? `the database is at migration ${String(migration)}, and this release knows ${String(newestMigration)}: use a newer release` : `the database is at migration ${String(migration)} of ${String(newestMigration)}: run ./slipway up, which brings it up to date`);
  } catch (error) {
    await pool.end();
    throw translated(error);
  }
  return {
    pool,
    kysely: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
    sqlOf: (tx) => ({ executeSql: (text, values) => connectionOf(tx).query(text, values) }),
    async transaction(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await once(pool, work);
        } catch (error) {
          if (!isContention(error)) throw translated(error);
          if (tries >= TRIES) throw new StoreError("busy", `a transaction lost against others ${String(TRIES)} times`, { cause: error });
          await sleep(2 ** tries * (2 + Math.random() * 3));
        }
      }
    },
    close: () => pool.end(),
  };
}

async function once<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const lost = (error: Error): void => { broken = error; };
  client.on("error", lost);
  try {
    await client.query("begin isolation level repeatable read");
    const tx = postgresTx(client);
    connections.set(tx, client);
    const result = await work(tx);
    await client.query("commit");
    return result;
  } catch (error) {
    if (broken === undefined) await client.query("rollback").catch((failure: Error) => { broken = failure; });
    throw error;
  } finally {
    client.off("error", lost);
    client.release(broken);
  }
}

const connectionOf = (tx: Tx): pg.PoolClient => {
  const client = connections.get(tx);
  if (client === undefined) throw new TypeError("the transaction is not one of this store");
  return client;
};

function postgresTx(client: pg.PoolClient): Tx {
  const run = async (statement: Statement): Promise<pg.QueryResult> => client.query({ ...statement, values: [...statement.values] });
  const tableOf = (name: TableName): Table => {
    const found = descriptors[name];
    if (found === undefined) throw new RangeError(`there is no table ${name}`);
    return found;
  };
  return {
    async get(name, key) {
      const { rows } = await run(selectStatement(name, tableOf(name), { where: key as never }));
      return rows[0] as never;
    },
    async find(name, query: Query<TableName> = {}) {
      if (Object.values(query.where ?? {}).some((condition) => isEmptyIn(condition))) return [] as never;
      return (await run(selectStatement(name, tableOf(name), query as never))).rows as never;
    },
    async insert(name, rows, options) {
      const inserted: Row<typeof name>[] = [];
      const table = tableOf(name);
      for (const chunk of chunks(rows)) {
        if (options?.skipConflicts !== true) {
          await run(insertStatement(name, table, chunk, "fail"));
          inserted.push(...chunk);
          continue;
        }
        const { rows: keys } = await run(insertStatement(name, table, chunk, "skip"));
        const there = new Set(keys.map((key) => JSON.stringify(table.key.map((one) => (key as Record<string, unknown>)[one]))));
        for (const row of chunk) if (there.delete(JSON.stringify(table.key.map((one) => (row as Record<string, unknown>)[one])))) inserted.push(row);
      }
      return inserted;
    },
    async upsert(name, rows) {
      for (const chunk of chunks(rows)) await run(insertStatement(name, tableOf(name), chunk, "replace"));
    },
    async update<K extends TableName>(name: K, changes: readonly Change<K>[]) {
      const table = tableOf(name);
      const shapes = Map.groupBy(changes, ({ set, when = {} }) => `${Object.keys(set).sort().join()}/${Object.keys(when).sort().join()}`);
      const changed = new Map<string, Row<K>>();
      const keyText = (row: object): string => JSON.stringify(table.key.map((one) => (row as Record<string, unknown>)[one]));
      for (const group of shapes.values()) {
        const [{ set, when = {} } = { set: {} }] = group;
        if (Object.keys(set).length === 0) continue;
        for (const chunk of chunks(group)) {
          const { rows } = await run(updateStatement(name, table, Object.keys(set).sort(), Object.keys(when).sort(), chunk as never));
          for (const row of rows as Row<K>[]) changed.set(keyText(row), row);
        }
      }
      return changes.flatMap(({ key }) => changed.get(keyText(key)) ?? []);
    },
    async remove<K extends TableName>(name: K, keys: readonly KeyOf<K>[]) {
      if (keys.length === 0) return 0;
      return (await run(removeStatement(name, tableOf(name), keys as never))).rowCount ?? 0;
    },
    async nextIds(sequence, count) {
      if (count === 0) return [];
      const { rows } = await client.query<{ id: number }>(`select nextval('slipway_${sequence}_ids') as id from generate_series(1, $1)`, [count]);
      return rows.map(({ id }) => id);
    },
  };
}

const isEmptyIn = (condition: unknown): boolean => typeof condition === "object" && condition !== null && "in" in condition && Array.isArray(condition.in) && condition.in.length === 0;

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += CHUNK) yield rows.length <= CHUNK ? rows : rows.slice(at, at + CHUNK);
}

const codeOf = (error: unknown): string => (typeof error === "object" && error !== null && "code" in error ? String(error.code) : "");

/** Serialization failure and deadlock: the same work, run again, may succeed. */
const isContention = (error: unknown): boolean => ["40001", "40P01"].includes(codeOf(error));

function translated(error: unknown): unknown {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === "23505") return new StoreError("conflict", message, { cause: error });
  const lost = code.startsWith("08") || code.startsWith("57P") || code === "53300" || ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND"].includes(code) || /Connection terminated|connection timeout|Client has encountered a connection error|timeout exceeded when trying to connect/i.test(message);
  return lost ? new StoreError("unavailable", `the database cannot be reached (${message})`, { cause: error }) : error;
}
