import type { Labels } from "../model.ts";

/** What rows have in common, by the names that were asked for; null where a row has no such label. */
export type Cell = Readonly<Record<string, string | null>>;

export interface Grouped<T> {
  readonly cell: Cell;
  readonly rows: readonly T[];
}

/** Rows by cell, in the order of the cells' labels; without names one cell of all rows, also of none. */
export function byCell<T extends { readonly labels: Labels }>(
  rows: readonly T[],
  names: readonly string[],
): ReadonlyMap<string, Grouped<T>> {
  const groups = new Map<string, { cell: Cell; rows: T[] }>();
  if (names.length === 0) groups.set("[]", { cell: {}, rows: [] });
  for (const row of rows) {
    const values = names.map((name) => row.labels[name] ?? null);
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group === undefined)
      groups.set(key, { cell: Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])), rows: [row] });
    else group.rows.push(row);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}
