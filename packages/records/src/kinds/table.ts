import type { Labels } from "@slipway/stats";
import { columnOf } from "./columns.ts";
import type { RecordKind } from "./kind.ts";

/** Rows of one kind with all columns that any of them has. */
export interface Table<T> {
  readonly kind: RecordKind<T>;
  readonly header: readonly string[];
  readonly rows: readonly T[];
}

/** The kind's own columns first, then the labels by name. */
export function tableOf<T extends object>(kind: RecordKind<T>, rows: readonly T[]): Table<T> {
  const own = Object.keys(kind.columns);
  const seen = new Set<object>();
  const names = new Set<string>();
  for (const row of rows) {
    const { labels } = row as { readonly labels?: Labels };
    if (labels === undefined || seen.has(labels)) continue;
    seen.add(labels);
    for (const name of Object.keys(labels)) names.add(columnOf(name));
  }
  return { kind, header: [...own, ...[...names].filter((name) => !own.includes(name)).sort()], rows };
}
