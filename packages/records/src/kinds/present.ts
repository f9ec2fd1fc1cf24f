import type { Labels } from "@slipway/stats";
import { columnOf } from "./columns.ts";

/** Columns that have a value. */
export function present(columns: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  // Without a prototype a column may have any name.
  const kept = Object.create(null) as Record<string, string>;
  for (const name of Object.keys(columns)) {
    const value = columns[name];
    if (value !== null && value !== undefined && value !== "") kept[name] = value;
  }
  return kept;
}

const WRITTEN = new WeakMap<Labels, Readonly<Record<string, string>>>();

/** Labels under the names of their columns; rows share labels, and so what is made of them. */
export function writtenLabels(labels: Labels): Readonly<Record<string, string>> {
  const known = WRITTEN.get(labels) ?? Object.fromEntries(Object.entries(labels).map(([label, value]) => [columnOf(label), value]));
  WRITTEN.set(labels, known);
  return known;
}

export const numberText = (value: number | null): string | null => (value === null ? null : String(value));
