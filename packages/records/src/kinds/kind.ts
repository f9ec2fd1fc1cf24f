import type { Columns, ColumnType } from "./columns.ts";

export type KindName = "events" | "spells" | "runs" | "attempts" | "value-table" | "jobs";

/** One kind of file of interfaces.md 6: its columns, and how a row of it is read and written. */
export interface RecordKind<T> {
  readonly name: KindName;
  /** Columns that a file of this kind has to have. */
  readonly required: readonly string[];
  /** Every column with a meaning of its own and what it holds; any other is a label. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Makes the reader of the row that the columns stand at. */
  open(columns: Columns): () => T;
  /** A row by its columns, absent values left out. Reading it gives the same row. */
  write(row: T): Readonly<Record<string, string>>;
}
