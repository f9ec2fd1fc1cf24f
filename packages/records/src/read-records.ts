import { SlipwayError } from "@slipway/plugin-sdk";
import type { RecordSink } from "./csv/scanner.ts";
import { scanCsv } from "./csv/scan.ts";
import { scanParquet } from "./duckdb/parquet.ts";
import { Columns } from "./kinds/columns.ts";
import { checkHeader } from "./kinds/index.ts";
import type { RecordKind } from "./kinds/kind.ts";
import type { Source } from "./source.ts";

/** Told how far reading is: bytes of a CSV source, rows of a Parquet file. */
export type OnRead = (read: number) => void;

/**
 * Reads every row of a file of one kind: all of it, or none and the first thing that is wrong.
 *
 * @throws SlipwayError of kind `input` naming file, line and column, and what the column allows
 */
export async function readRecords<T>(kind: RecordKind<T>, source: Source, onRead?: OnRead): Promise<T[]> {
  const rows: T[] = [];
  await eachRecord<T>(
    source,
    (header) => {
      checkHeader(kind, source.name, header);
      return { kind, take: (row) => void rows.push(row) };
    },
    onRead,
  );
  return rows;
}

/** What is done with the rows of a file, decided by its header. */
export interface Reading<T> {
  readonly kind: RecordKind<T>;
  readonly take: (row: T) => void;
  /** Hears of a row that is wrong; without it the first one ends the reading. */
  readonly refused?: (error: SlipwayError) => void;
}

/** Reads rows one by one. @throws SlipwayError as {@link readRecords}; rows before the one that is wrong were taken */
export async function eachRecord<T>(
  source: Source,
  begin: (header: readonly string[]) => Reading<T>,
  onRead: OnRead = () => undefined,
): Promise<void> {
  let step: RecordSink | undefined;
  const sink: RecordSink = (fields, at) => {
    if (step !== undefined) return step(fields, at);
    const columns = new Columns(source.name, fields, source.parquet === undefined ? "line" : "row");
    const { kind, take, refused } = begin(fields);
    const read = kind.open(columns);
    step = (row, place) => {
      try {
        columns.stand(row, place);
        take(read());
      } catch (error) {
        if (refused === undefined || !SlipwayError.is(error)) throw error;
        refused(error);
      }
      if (source.parquet !== undefined && place % 100_000 === 0) onRead(place);
    };
  };
  await (source.parquet === undefined ? scanCsv(source, sink, onRead) : scanParquet(source.parquet, sink));
  if (step === undefined)
    throw new SlipwayError("input", `${source.name}: is empty; its first line has to name the columns`);
}

/** Reads one row that is kept as an object, such as a row of the store's imported history. */
export function readObject<T>(kind: RecordKind<T>, name: string, row: Readonly<Record<string, unknown>>): T {
  const entries = Object.entries(row).map(([column, value]): [string, string] => [column, textOf(value)]);
  const columns = new Columns(
    name,
    entries.map(([column]) => column),
    "row",
  );
  const read = kind.open(columns);
  columns.stand(
    entries.map(([, value]) => value),
    1,
  );
  return read();
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(textOf).join(";") : JSON.stringify(value);
}
