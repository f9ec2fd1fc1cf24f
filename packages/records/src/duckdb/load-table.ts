import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { ColumnType } from "../kinds/columns.ts";
import { parseInstant } from "../kinds/instant.ts";
import type { Table } from "../kinds/table.ts";
import { duckDbModule, quotedName } from "./open.ts";

const SQL_TYPE: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  whole: "BIGINT",
  number: "DOUBLE",
  instant: "TIMESTAMP",
  flag: "BOOLEAN",
  list: "VARCHAR",
};

/** Rows that DuckDB takes at once. */
const CHUNK = 2_048;

/** Makes a table of rows, with a column for each of theirs; labels are text, absent values null. */
export async function loadTable<T>(
  connection: DuckDBConnection,
  name: string,
  { kind, header, rows }: Table<T>,
): Promise<void> {
  const { DuckDBDataChunk, DuckDBTimestampValue, VARCHAR, BIGINT, DOUBLE, TIMESTAMP, BOOLEAN } = await duckDbModule();
  const types = header.map((column): ColumnType =>
    Object.hasOwn(kind.columns, column) ? (kind.columns[column] ?? "text") : "text",
  );
  const native = { text: VARCHAR, whole: BIGINT, number: DOUBLE, instant: TIMESTAMP, flag: BOOLEAN, list: VARCHAR };
  const valueOf: Readonly<Record<ColumnType, (text: string) => DuckDBValue>> = {
    text: (text) => text,
    list: (text) => text,
    whole: BigInt,
    number: Number,
    flag: (text) => text === "true",
    instant: (text) => new DuckDBTimestampValue(BigInt(Math.round((parseInstant(text) ?? 0) * 1_000))),
  };
  await connection.run(
    `CREATE TABLE ${quotedName(name)} (${header.map((column, at) => `${quotedName(column)} ${SQL_TYPE[types[at] ?? "text"]}`).join(", ")})`,
  );
  const appender = await connection.createAppender(name);
  for (let from = 0; from < rows.length; from += CHUNK) {
    const written = rows.slice(from, from + CHUNK).map((row) => kind.write(row));
    const chunk = DuckDBDataChunk.create(
      types.map((type) => native[type]),
      written.length,
    );
    chunk.setColumns(
      header.map((column, at) =>
        written.map((row) => (Object.hasOwn(row, column) ? valueOf[types[at] ?? "text"](row[column] ?? "") : null)),
      ),
    );
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
