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

/**
 * Writes labels under the names of their columns; rows share labels, and so what is made of them. A label that is named
 * like a column of the kind's own came from a file of another kind, and would say something else here.
 */
export function labelWriter(own: readonly string[]): (labels: Labels) => Readonly<Record<string, string>> {
  const written = new WeakMap<Labels, Readonly<Record<string, string>>>();
  return (labels) => {
    const known =
      written.get(labels) ??
      Object.fromEntries(
        Object.entries(labels).flatMap(([label, value]) =>
          own.includes(columnOf(label)) ? [] : [[columnOf(label), value]],
        ),
      );
    written.set(labels, known);
    return known;
  };
}

export const numberText = (value: number | null): string | null => (value === null ? null : String(value));
