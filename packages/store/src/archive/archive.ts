import { createHash } from "node:crypto";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { patientConnection } from "../postgres/connection.ts";
import { migrate, migrationOf, newestMigration } from "../postgres/migrate.ts";
import { StoreError } from "../store.ts";
import { linesOf } from "./lines.ts";
import { formerNames, tables } from "../tables/index.ts";
import type { Table } from "../tables/columns.ts";

const SCHEMA = "slipway/db-archive@1";
const SEQUENCES = ["slipway_object_ids", "slipway_event_ids"] as const;
/** How COPY marks the end of a table's rows; no row of its text format is this line. */
const END = Buffer.from("\\.\n");
const known = tables as unknown as Readonly<Record<string, Table>>;

/** What an archive says of itself, on its first line. */
interface Header {
  readonly schema: string;
  readonly migration: number;
  readonly sequences: Readonly<Record<string, number>>;
  readonly tables: readonly string[];
  /** Behind each table's rows stands the SHA-256 of their bytes; absent in archives of earlier releases. */
  readonly digests?: boolean;
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/**
 * Writes a database as one archive: gzip over a header line, then for each table a line with its
 * columns, its rows as COPY prints them in the order of the key, from one snapshot, and their digest. The digests
 * of its evidence are the rows of evidence_blobs; bytes that lie in a folder are not in it.
 */
export async function dump(url: string, out: Writable): Promise<{ readonly migration: number; readonly rows: number }> {
  const client = new pg.Client({ ...patientConnection(url), application_name: "slipway-dump" });
  await client.connect();
  let rows = 0;
  let migration = 0;
  async function* content(): AsyncGenerator<string | Buffer> {
    await client.query("begin isolation level repeatable read read only");
    migration = await migrationOf(client);
    const sequences: Record<string, number> = {};
    for (const name of SEQUENCES) {
      const { rows: found } = await client.query<{ next: string }>(
        `select case when is_called then last_value + 1 else last_value end as next from ${name}`,
      );
      sequences[name] = Number(found[0]?.next);
    }
    const header: Header = { schema: SCHEMA, migration, sequences, tables: Object.keys(known), digests: true };
    yield `${JSON.stringify(header)}\n`;
    for (const [name, { columns, key }] of Object.entries(known)) {
      yield `${JSON.stringify({ table: name, columns: Object.keys(columns) })}\n`;
      const digest = createHash("sha256");
      const copy = copyTo(
        `copy (select ${quoted(Object.keys(columns))} from ${name} order by ${quoted(key)}) to stdout`,
      );
      for await (const chunk of client.query(copy)) {
        digest.update(chunk as Buffer);
        yield chunk as Buffer;
      }
      rows += copy.rowCount;
      yield END;
      yield `${JSON.stringify({ digest: digest.digest("hex") })}\n`;
    }
  }
  try {
    await pipeline(Readable.from(content()), createGzip({ level: 6 }), out);
    return { migration, rows };
  } finally {
    await client.end();
  }
}

/** Copies one table's part of an archive into the database. @returns the number of its rows */
async function restoreTable(
  client: pg.Client,
  name: string,
  next: () => Promise<Buffer>,
  digests: boolean,
): Promise<number> {
  const { table, columns } = JSON.parse((await next()).toString()) as { table: string; columns: string[] };
  const isTable = Object.hasOwn(known, name) || Object.hasOwn(formerNames, name);
  if (table !== name || !isTable || columns.some((column) => !/^[a-z_]+$/.test(column)))
    throw new Error(`the part ${name} is not whole`);
  const copy = client.query(copyFrom(`copy ${name} (${quoted(columns)}) from stdin`));
  const digest = createHash("sha256");
  async function* rows(): AsyncGenerator<Buffer> {
    for (let line = await next(); !line.equals(END); line = await next()) {
      digest.update(line);
      yield line;
    }
  }
  await pipeline(Readable.from(rows()), copy);
  if (digests && (JSON.parse((await next()).toString()) as { digest?: unknown }).digest !== digest.digest("hex"))
    throw new Error(`${name}: its rows are not those that were dumped`);
  return copy.rowCount;
}

/**
 * Fills an empty database from an archive: its schema first at the archive's migration, then all
 * rows in one transaction, then the migrations since.
 *
 * @throws StoreError `conflict` for a database that is not empty, `outdated` for an archive of a
 *   newer release; Error with the reason for anything that is no whole archive. Nothing is written then
 */
export async function restore(
  url: string,
  input: Readable,
): Promise<{ readonly migration: number; readonly rows: number }> {
  const unzipped = createGunzip();
  const reading = pipeline(input, unzipped);
  reading.catch(() => undefined);
  const lines = linesOf(unzipped);
  const next = async (): Promise<Buffer> => {
    const line = await lines.next();
    if (line.done === true) throw new Error("it ends too early");
    return line.value;
  };
  const header = JSON.parse((await next()).toString()) as Header;
  if (header.schema !== SCHEMA) throw new Error(`it is ${String(header.schema)}, not ${SCHEMA}`);
  if (header.migration > newestMigration)
    throw new StoreError(
      "outdated",
      `the archive is of migration ${String(header.migration)}, and this release knows ${String(newestMigration)}: use a newer release`,
    );
  const client = new pg.Client({ ...patientConnection(url), application_name: "slipway-restore" });
  await client.connect();
  let rows = 0;
  try {
    await refuseFilled(client);
    await migrate(url, header.migration);
    await client.query("begin");
    for (const name of header.tables) {
      rows += await restoreTable(client, name, next, header.digests === true);
    }
    for (const name of SEQUENCES)
      await client.query("select setval($1, $2, false)", [name, header.sequences[name] ?? 1]);
    await reading;
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
  await migrate(url);
  return { migration: header.migration, rows };
}

async function refuseFilled(client: pg.Client): Promise<void> {
  if ((await migrationOf(client)) === 0) return;
  for (const name of Object.keys(known)) {
    const { rows } = await client.query(`select 1 from ${name} limit 1`);
    if (rows.length > 0) throw new StoreError("conflict", `the database is not empty: ${name} has rows`);
  }
}
