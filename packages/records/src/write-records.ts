import type { Table } from "./kinds/table.ts";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { csvLine } from "./csv/field.ts";
import { withDuckDb, quotedText } from "./duckdb/open.ts";
import { loadTable } from "./duckdb/load-table.ts";

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
