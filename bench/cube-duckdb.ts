import {
  DuckDBDataChunk,
  DuckDBInstance,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  type DuckDBConnection,
} from "@duckdb/node-api";
import type { RunColumns } from "@slipway/stats";
import { standingAt, type CubeData } from "./cube-data.ts";
import type { Peer } from "./cube-peer.ts";

const CHUNK = 2_048;

export interface DuckDb extends Peer {
  /** The runs out of a Parquet file into columns of ours. */
  readRuns(file: string, rows: number): Promise<RunColumns>;
  close(): void;
}

/** One GROUP BY each: with arg_min as statistics.md 3.3 measured it, and with run and checks packed into one number. */
export const duckDbFolds = (runs: string): string[] => [
  "select attempt, coalesce(min(run) filter (where mask <> 0), 0) as first, coalesce(arg_min(mask, run) filter " +
    `(where mask <> 0), 0) as mask, max(run) as runs from ${runs} group by attempt`,
  "select attempt, case when packed = 4294967295 then 0 else packed >> 16 end as first, case when packed = " +
    "4294967295 then 0 else packed & 65535 end as mask, runs from (select attempt, min(case when mask <> 0 then " +
    `run::uinteger * 65536 + mask else 4294967295::uinteger end) as packed, max(run) as runs from ${runs} group by ` +
    "attempt)",
];

/** DuckDB in memory with two threads, which holds the history in the narrowest types there are. */
export async function duckDbOf({ runs, attempts, facts }: CubeData): Promise<DuckDb> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", preserve_insertion_order: "false" });
  const connection = await instance.connect();
  await connection.run("create table runs (attempt uinteger, run utinyint, mask usmallint)");
  await fill(connection, "runs", runs.attempt.length, [
    [UINTEGER, runs.attempt],
    [UTINYINT, runs.run],
    [USMALLINT, runs.mask],
  ]);
  await connection.run("create table facts (attempt uinteger, cell usmallint, standing utinyint)");
  await fill(connection, "facts", attempts, [
    [UINTEGER, Uint32Array.from({ length: attempts }, (_, at) => at)],
    [USMALLINT, facts.cell],
    [UTINYINT, Uint8Array.from({ length: attempts }, (_, at) => standingAt(facts, at))],
  ]);
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql) {
      const read = await connection.runAndReadAll(sql);
      return read.getRows().map((row) => row.map(Number));
    },
    readRuns: (file, rows) => readRuns(connection, file, rows),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

type Column = Uint8Array | Uint16Array | Uint32Array;

async function fill(
  connection: DuckDBConnection,
  table: string,
  rows: number,
  columns: readonly (readonly [Parameters<typeof DuckDBDataChunk.create>[0][number], Column])[],
): Promise<void> {
  const types = columns.map(([type]) => type);
  const appender = await connection.createAppender(table);
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(rows, from + CHUNK);
    const chunk = DuckDBDataChunk.create(types, to - from);
    chunk.setColumns(columns.map(([, column]) => Array.from(column.subarray(from, to))));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function readRuns(connection: DuckDBConnection, file: string, rows: number): Promise<RunColumns> {
  const runs = { attempt: new Uint32Array(rows), run: new Uint8Array(rows), mask: new Uint16Array(rows) };
  const columns: readonly Column[] = [runs.attempt, runs.run, runs.mask];
  const result = await connection.stream(`select attempt, run, mask from read_parquet('${file}')`);
  let from = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return runs;
    for (const [at, column] of columns.entries()) {
      const vector = chunk.getColumnVector(at);
      for (let row = 0; row < chunk.rowCount; row += 1) column[from + row] = vector.getItem(row) as number;
    }
    from += chunk.rowCount;
  }
}
