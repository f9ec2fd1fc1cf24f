import type { Columns, ColumnType } from "../tables/columns.ts";
import { storableText } from "../storable.ts";
import type { AnyRow } from "./matching.ts";

/** Rows, with their table's columns, and documents that nobody can change any more: they are shared instead of copied again. */
const rows = new WeakMap<object, Columns>();
const documents = new WeakSet<object>();

const INT_MAX = 2 ** 31 - 1;
const FITS: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  int: (value) => Number.isInteger(value) && Math.abs(value as number) <= INT_MAX,
  bigint: Number.isSafeInteger,
  float: (value) => typeof value === "number",
  text: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  time: Number.isFinite,
  json: () => true,
  "text[]": Array.isArray,
  bytes: (value) => value instanceof Uint8Array,
};

/**
 * A row as the store keeps it: every column of the table and no other, copied and frozen, as it
 * would come back from PostgreSQL.
 *
 * @throws TypeError for a value that its column cannot hold
 */
export function sealedRow(table: string, columns: Columns, row: AnyRow): AnyRow {
  if (rows.get(row) === columns) return row;
  const copy: Record<string, unknown> = {};
  for (const name in columns) {
    const { type = "text", nullable = false } = columns[name] ?? {};
    const value = row[name] ?? null;
    if (value === null ? !nullable : !FITS[type](value))
      throw new TypeError(`${table}.${name} cannot hold ${value === null ? "null" : `a ${typeof value}`}`);
    copy[name] =
      value === null
        ? null
        : type === "time"
          ? Math.round(value as number)
          : type === "bytes"
            ? Uint8Array.from(value as Uint8Array)
            : type === "json" || type === "text[]"
              ? sealedJson(value)
              : type === "text"
                ? storableText(value as string)
                : value;
  }
  rows.set(copy, columns);
  return Object.freeze(copy);
}

const bytesOf = new WeakMap<Columns, readonly string[]>();

/** A row for the caller: bytes cannot be frozen, so a row with some is copied. */
export function handedOut(columns: Columns, row: AnyRow): AnyRow {
  const bytes = bytesOf.get(columns) ?? Object.keys(columns).filter((name) => columns[name]?.type === "bytes");
  bytesOf.set(columns, bytes);
  if (bytes.length === 0) return row;
  return { ...row, ...Object.fromEntries(bytes.map((name) => [name, Uint8Array.from(row[name] as Uint8Array)])) };
}

/** A document as JSON would carry it. */
function sealedJson(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null || documents.has(value)) return value;
  if ("toJSON" in value && typeof value.toJSON === "function")
    return sealedJson((value as { toJSON(): unknown }).toJSON());
  let copy: object;
  if (Array.isArray(value)) copy = value.map((one) => sealedJson(one ?? null));
  else {
    const properties: Record<string, unknown> = {};
    for (const [name, one] of Object.entries(value))
      if (one !== undefined) properties[storableText(name)] = sealedJson(one);
    copy = properties;
  }
  documents.add(copy);
  return Object.freeze(copy);
}
