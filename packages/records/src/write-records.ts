import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Labels } from "@slipway/stats";
import { csvLine } from "./csv/field.ts";
import { withDuckDb, quotedText } from "./duckdb/open.ts";
import { loadTable } from "./duckdb/load-table.ts";
import { columnOf } from "./kinds/columns.ts";
import type { RecordKind } from "./kinds/kind.ts";

/** Rows of one kind with all columns that any of them has. */
export interface Table<T> {
  readonly kind: RecordKind<T>;
  readonly header: readonly string[];
  readonly rows: readonly T[];
}

/** The kind's own columns first, then the labels by name. */
export function tableOf<T extends object>(kind: RecordKind<T>, rows: readonly T[]): Table<T> {
  const own = Object.keys(kind.columns);
  const seen = new Set<object>();
  const names = new Set<string>();
  for (const row of rows) {
    const { labels } = row as { readonly labels?: Labels };
    if (labels === undefined || seen.has(labels)) continue;
    seen.add(labels);
    for (const name of Object.keys(labels)) names.add(columnOf(name));
  }
  return { kind, header: [...own, ...[...names].filter((name) => !own.includes(name)).sort()], rows };
}

export function* csvLines<T>({ kind, header, rows }: Table<T>): Generator<string> {
  yield csvLine(header);
  for (const row of rows) {
    const columns = kind.write(row);
    yield csvLine(header.map((name) => (Object.hasOwn(columns, name) ? (columns[name] ?? "") : "")));
  }
}

/** Writes a file of rows, whole or not at all; `format` decides what it is, not its name. */
export async function writeRecords<T>(path: string, format: "csv" | "parquet", table: Table<T>): Promise<void> {
  const unfinished = `${path}.${String(process.pid)}.part`;
  try {
    if (format === "csv") await pipeline(Readable.from(csvLines(table)), createWriteStream(unfinished));
    else
      await withDuckDb(async (connection) => {
        await loadTable(connection, "rows", table);
        await connection.run(`COPY rows TO ${quotedText(unfinished)} (FORMAT parquet, COMPRESSION zstd)`);
      });
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}
