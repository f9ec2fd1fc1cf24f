import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError, type Store, type Tx } from "../store.ts";
import type { Row, TableName } from "../tables/index.ts";
import { isContention, translated } from "./errors.ts";
import { migrationOf, newestMigration } from "./migrate.ts";
import { collectEffects } from "../after-commit.ts";
import { postgresTx, Session } from "./transaction.ts";

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
const sessions = new WeakMap<Tx, Session>();

const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text: string) =>
  Date.parse(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")),
);
const parseBytes = pg.types.getTypeParser(pg.types.builtins.BYTEA) as (text: string) => Buffer;
types.setTypeParser(pg.types.builtins.BYTEA, (text: string) => Uint8Array.from(parseBytes(text)));

/**
 * The store in PostgreSQL. Connections that break are replaced at the next transaction.
 *
 * @param sync false: a commit does not wait for the disk, so a crash of the server loses the last ones whole
 * @throws StoreError `outdated` when the schema is not the one this release knows, `unavailable` when nobody answers
 */
export async function postgresStore({
  url,
  max = 20,
  sync = true,
}: {
  readonly url: string;
  readonly max?: number;
  readonly sync?: boolean;
}): Promise<PostgresStore> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    application_name: "slipway",
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...(sync ? {} : { options: "-c synchronous_commit=off" }),
  });
  // A lost idle connection is replaced at the next query, which is where its loss is reported.
  pool.on("error", () => undefined);
  try {
    const migration = await migrationOf(pool);
    if (migration !== newestMigration)
      throw new StoreError(
        "outdated",
        migration > newestMigration
          ? `the database is at migration ${String(migration)}, and this release knows ${String(newestMigration)}: use a newer release`
          : `the database is at migration ${String(migration)} of ${String(newestMigration)}: run ./slipway up, which brings it up to date`,
      );
  } catch (error) {
    await pool.end();
    throw translated(error);
  }
  return {
    pool,
    kysely: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
    sqlOf(tx) {
      const session = sessionOf(tx);
      return { executeSql: (text, values) => session.query({ text, values }) };
    },
    async transaction(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await once(pool, work);
        } catch (error) {
          if (!isContention(error)) throw translated(error);
          if (tries >= TRIES)
            throw new StoreError("busy", `a transaction lost against others ${String(TRIES)} times`, { cause: error });
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
  const lost = (error: Error): void => {
    broken = error;
  };
  client.on("error", lost);
  const session = new Session(client);
  try {
    await client.query("begin isolation level repeatable read");
    const tx = postgresTx(session);
    sessions.set(tx, session);
    const committed = collectEffects(tx);
    const result = await work(tx);
    await session.end();
    if (session.failure !== undefined) throw session.failure.error;
    await client.query("commit");
    committed();
    return result;
  } catch (error) {
    await session.end();
    if (broken === undefined)
      await client.query("rollback").catch((failure: Error) => {
        broken = failure;
      });
    // What the work made of a failed operation, wrapped or its own, hides whether it may be run again.
    throw session.failure !== undefined && isContention(session.failure.error) ? session.failure.error : error;
  } finally {
    client.off("error", lost);
    client.release(broken);
  }
}

const sessionOf = (tx: Tx): Session => {
  const session = sessions.get(tx);
  if (session === undefined) throw new TypeError("the transaction is not one of this store");
  return session;
};
