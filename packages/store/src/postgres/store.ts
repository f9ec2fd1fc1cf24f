import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { pauseBeforeRun, TRIES } from "../pace.ts";
import { StoreError, type Store, type Tx } from "../store.ts";
import type { Tables } from "../tables/columns.ts";
import { tables, type Row, type TableName } from "../tables/index.ts";
import type { Clock } from "../clock.ts";
import { systemClock } from "../system-clock.ts";
import { SkewMeter } from "./clock.ts";
import { hurriedConnection, patientConnection, TIMEOUTS, type Timeouts } from "./connection.ts";
import { isContention, isSilence, translated } from "./errors.ts";
import { migrationOf, newestMigration } from "./migrate.ts";
import { collectEffects } from "../after-commit.ts";
import { postgresTx, Session } from "./transaction.ts";

/** Every table as Kysely sees it, for reports that only read. */
export type Schema = { [K in TableName]: { -readonly [Column in keyof Row<K>]: Row<K>[Column] } };

export interface PostgresStore extends Store {
  readonly pool: pg.Pool;
  /** For reports: reads only, and as long as it takes. Connections of their own, opened when first used. */
  readonly reports: pg.Pool;
  /** Over the connections for reports. Times come as milliseconds since 1970. */
  readonly kysely: Kysely<Schema>;
  /** Lets pg-boss write inside a transaction of this store. */
  sqlOf(tx: Tx): { executeSql(text: string, values: unknown[]): Promise<{ rows: unknown[] }> };
}

/** Reports at a time; further ones wait. */
const REPORTS = 4;
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
 * @param machine this machine's clock, where it is not the system's
 * @param timeouts how long a transaction waits before it is run again, where not as usual
 * @param tables further tables, in tests, whose databases have them
 * @throws StoreError `outdated` when the schema is not the one this release knows, `unavailable` when nobody answers
 */
export async function postgresStore({
  url,
  max = 20,
  sync = true,
  timeouts = {},
  machine = systemClock,
  tables: further = {},
}: {
  readonly url: string;
  readonly max?: number;
  readonly sync?: boolean;
  readonly timeouts?: Partial<Timeouts>;
  readonly machine?: Pick<Clock, "now">;
  readonly tables?: Tables;
}): Promise<PostgresStore> {
  const { pool, reports } = openPools(url, max, { ...TIMEOUTS, ...timeouts }, sync);
  const close = async (): Promise<void> => void (await Promise.all([pool.end(), reports.end()]));
  try {
    refuseOtherSchema(await migrationOf(pool));
  } catch (error) {
    await close();
    throw translated(error);
  }
  const on = { tables: { ...(tables as unknown as Tables), ...further }, meter: new SkewMeter(machine) };
  return {
    pool,
    reports,
    kysely: new Kysely<Schema>({ dialect: new PostgresDialect({ pool: reports }) }),
    sqlOf(tx) {
      const session = sessionOf(tx);
      return { executeSql: (text, values) => session.query({ text, values }) };
    },
    transaction: (work) => untilCommitted({ ...on, pool }, work),
    report: (work) =>
      once({ ...on, pool: reports }, "read only", work).catch((error: unknown) => {
        throw translated(error);
      }),
    skew: () =>
      on.meter.skew(pool).catch((error: unknown) => {
        throw translated(error);
      }),
    close,
  };
}

/** Connections for transactions, and those for reports, which only read. */
function openPools(
  url: string,
  max: number,
  timeouts: Timeouts,
  sync: boolean,
): { readonly pool: pg.Pool; readonly reports: pg.Pool } {
  const hurried = hurriedConnection(url, timeouts, sync ? {} : { synchronous_commit: "off" });
  const pool = new pg.Pool({ ...hurried, max, types, application_name: "slipway" });
  const reports = new pg.Pool({
    ...patientConnection(url, { default_transaction_read_only: "on" }),
    max: REPORTS,
    types,
    application_name: "slipway-report",
    // Runs before the connection's first query. A user that may not take the role still only reads, by the transaction's mode.
    onConnect: (client) => void client.query("set role pg_read_all_data").catch(() => undefined),
  });
  // A lost idle connection is replaced at the next query, which is where its loss is reported.
  for (const one of [pool, reports]) one.on("error", () => undefined);
  return { pool, reports };
}

/** @throws StoreError `outdated` */
function refuseOtherSchema(migration: number): void {
  if (migration === newestMigration) return;
  const [at, known] = [String(migration), String(newestMigration)];
  throw new StoreError(
    "outdated",
    migration > newestMigration
      ? `the database is at migration ${at}, and this release knows ${known}: use a newer release`
      : `the database is at migration ${at} of ${known}: run ./slipway up, which brings it up to date`,
  );
}

/** Connections, the tables behind them, and what measures the clock over them. */
interface Database {
  readonly pool: pg.Pool;
  readonly tables: Tables;
  readonly meter: SkewMeter;
}

/**
 * Runs a transaction, and again while it loses against others. Its first conflict may be with a row that was committed
 * since its snapshot was taken: the second run sees that row, and one that was seen all along is a conflict again.
 */
async function untilCommitted<T>(on: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  let conflicts = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(on, "read write", work);
    } catch (error) {
      const said = translated(error);
      const mayBeUnseen = StoreError.is(said, "conflict") && (conflicts += 1) === 1;
      if (!isContention(error) && !mayBeUnseen) throw said;
      if (tries >= TRIES)
        throw new StoreError("busy", `a transaction lost against others ${String(TRIES)} times`, { cause: error });
      await sleep(pauseBeforeRun(tries, Math.random()));
    }
  }
}

async function once<T>(
  { pool, tables: known, meter }: Database,
  mode: "read write" | "read only",
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // The first error says why the connection ended; later ones say only that it did.
  const lost = (error: Error): void => {
    broken ??= error;
  };
  client.on("error", lost);
  const session = new Session(client, known);
  try {
    const tx = postgresTx(session, await begin(client, mode, meter));
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
    // A rollback behind a statement that is not answered would wait as long.
    for (const one of [error, session.failure?.error]) if (isSilence(one)) broken ??= one;
    if (broken === undefined)
      await client.query("rollback").catch((failure: Error) => {
        broken = failure;
      });
    // The work may have wrapped or replaced an operation's error, and after the server ended the session every
    // operation says only that the connection is gone: neither tells that the work may be run again.
    throw [session.failure?.error, broken].find((one) => isContention(one)) ?? error;
  } finally {
    client.off("error", lost);
    client.release(broken);
  }
}

/** The store's time, and the server's own. */
interface Time {
  readonly now: number;
  readonly at: number;
}

/** Begins a transaction, and asks for the time in the same round trip. @returns the store's time */
async function begin(client: pg.PoolClient, mode: "read write" | "read only", meter: SkewMeter): Promise<number> {
  const text = `begin isolation level repeatable read, ${mode}; select slipway_now() as now, clock_timestamp() as at`;
  const time = await meter.during(async () => {
    const answers = (await client.query(text)) as unknown as readonly pg.QueryResult<Time>[];
    return answers[1]?.rows[0];
  });
  return time?.now ?? NaN;
}

const sessionOf = (tx: Tx): Session => {
  const session = sessions.get(tx);
  if (session === undefined) throw new TypeError("the transaction is not one of this store");
  return session;
};
