import { SlipwayError } from "@slipway/plugin-sdk";
import type { RecordSink } from "../csv/scanner.ts";
import { quotedName, quotedText, withDuckDb } from "./open.ts";

/**
 * Reads a Parquet file row by row, each value as CSV would write it: times in UTC with their microseconds, lists joined
 * by `;`, null as nothing. The sink's first call gets the names of the columns, as row 0.
 *
 * @throws SlipwayError of kind `input` when it is no readable Parquet file
 */
export async function scanParquet(path: string, sink: RecordSink): Promise<void> {
  // Only the name can make DuckDB look at other files than this one.
  if (/[*?[\]{}]/.test(path))
    throw new SlipwayError("input", `${path}: a Parquet file's path may not hold any of * ? [ ] { }`);
  const file = `read_parquet(${quotedText(path)})`;
  await withDuckDb(async (connection) => {
    const empty = await attempt(path, () => connection.runAndReadAll(`SELECT * FROM ${file} LIMIT 0`));
    const types = empty.columnTypes().map(String);
    const columns = empty.columnNames().map((name, at) => ({ name, type: types[at] ?? "" }));
    sink(
      columns.map(({ name }) => name),
      0,
    );
    const result = await attempt(path, () =>
      connection.stream(`SELECT ${columns.map(asText).join(", ")} FROM ${file}`),
    );
    for (let row = 1; ;) {
      const chunk = await attempt(path, () => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) break;
      const values = chunk.getColumns();
      for (let at = 0; at < chunk.rowCount; at += 1, row += 1)
        sink(
          values.map((column) => String(column[at] ?? "")),
          row,
        );
    }
  });
}

function asText({ name, type }: { readonly name: string; readonly type: string }): string {
  const column = quotedName(name);
  if (type.startsWith("TIMESTAMP")) return `strftime(make_timestamp(epoch_us(${column})), '%Y-%m-%dT%H:%M:%S.%fZ')`;
  if (type.endsWith("[]")) return `array_to_string(${column}, ';')`;
  return `CAST(${column} AS VARCHAR)`;
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new SlipwayError(
      "input",
      `${path}: cannot be read as Parquet (${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)})`,
      { cause: error },
    );
  }
}
