import type { ColumnType } from "../tables/columns.ts";
import { storableText } from "../storable.ts";

/** An element between quotes, as PostgreSQL reads array literals. */
const quoted = (text: string): string => `"${/["\\]/.test(text) ? text.replace(/["\\]/g, "\\$&") : text}"`;
const plain = (value: unknown): string => String(value);

const ELEMENT: Readonly<Record<ColumnType, (value: unknown) => string>> = {
  int: plain,
  bigint: plain,
  float: plain,
  bool: plain,
  time: (value) => String(Math.round(value as number)),
  text: (value) => quoted(storableText(value as string)),
  json: (value) => quoted(jsonText(value)),
  "text[]": (value) => quoted(arrayText("text", value as readonly string[])),
  bytes: (value) =>
    `"\\\\x${Buffer.from((value as Uint8Array).buffer, (value as Uint8Array).byteOffset, (value as Uint8Array).byteLength).toString("hex")}"`,
};

/** A column's values as an array literal: several times quicker than what pg makes of an array. */
export function arrayText(type: ColumnType, values: readonly unknown[]): string {
  const element = ELEMENT[type];
  return `{${values.map((value) => (value === null || value === undefined ? "NULL" : element(value))).join(",")}}`;
}

/** One value as a parameter; times as milliseconds. */
export function parameterOf(type: ColumnType, value: unknown): unknown {
  if (value === null) return null;
  if (type === "json") return jsonText(value);
  if (type === "text[]") return arrayText("text", value as readonly string[]);
  if (type === "bytes") return Buffer.from(value as Uint8Array);
  return type === "text" ? storableText(value as string) : value;
}

/** JSON that PostgreSQL takes; it refuses an escaped U+0000 and half of a surrogate pair. */
function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return /\\u(0000|d[89a-f])/.test(text) ? JSON.stringify(value, storableEntry) : text;
}

const storableEntry = (_name: string, value: unknown): unknown => {
  if (typeof value === "string") return storableText(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [storableText(name), one]));
};
