import type { Table } from "../tables/columns.ts";
import { isForm, type AnyRow, type AnyWhere } from "./matching.ts";

/** A primary key as a map key. */
export type RowKey = string | number;

interface Version {
  /** Number of the commit that made it. */
  readonly at: number;
  /** Undefined: removed by that commit. */
  readonly row: AnyRow | undefined;
}

const SEPARATOR = "\u0000";

/** One table's rows in all the versions that a running transaction may still see. */
export class MemoryTable {
  readonly #versions = new Map<RowKey, Version[]>();
  /** For each index, the keys of rows that have or had these values: a superset, checked when read. */
  readonly #indexes: readonly { readonly columns: readonly string[]; readonly keys: Map<string, Set<RowKey>> }[];
  readonly #key: readonly string[];
  readonly unique: readonly (readonly string[])[];

  constructor(table: Table) {
    this.#key = table.key;
    this.unique = table.unique;
    this.#indexes = [...table.indexes, ...table.unique].map((columns) => ({ columns, keys: new Map() }));
  }

  keyOf(row: AnyRow): RowKey {
    const [first = "", ...rest] = this.#key;
    const value = row[first] as RowKey;
    return rest.length === 0 ? value : this.#key.map((name) => String(row[name])).join(SEPARATOR);
  }

  /** The row as a transaction that began after commit `at` sees it. */
  read(key: RowKey, at: number): AnyRow | undefined {
    const versions = this.#versions.get(key);
    return versions?.findLast((version) => version.at <= at)?.row;
  }

  /** Number of the commit that last touched a row; 0 for none. */
  lastChange(key: RowKey): number {
    return this.#versions.get(key)?.at(-1)?.at ?? 0;
  }

  /** Keys of rows that may meet the conditions; undefined when only a look at all of them tells. */
  candidates(where: AnyWhere): Iterable<RowKey> | undefined {
    const [first = "", ...rest] = this.#key;
    if (rest.length === 0 && where[first] !== undefined) {
      const condition = where[first];
      if (!isForm(condition)) return [condition as RowKey];
      if (condition.in !== undefined) return new Set(condition.in as RowKey[]);
    }
    for (const { columns, keys } of this.#indexes) {
      const [column = "", ...more] = columns;
      const wanted = columns.map((name) => where[name]);
      if (wanted.every((condition) => condition !== undefined && !isForm(condition))) return keys.get(wanted.map(String).join(SEPARATOR)) ?? [];
      const condition = where[column];
      if (more.length === 0 && isForm(condition) && condition.in !== undefined) {
        const found = new Set<RowKey>();
        for (const value of new Set(condition.in)) for (const key of keys.get(String(value)) ?? []) found.add(key);
        return found;
      }
    }
    return undefined;
  }

  keys(): Iterable<RowKey> {
    return this.#versions.keys();
  }

  /** Adds a version; those that nobody can see any more go. */
  write(key: RowKey, row: AnyRow | undefined, at: number, oldestReader: number): void {
    const versions = this.#versions.get(key) ?? [];
    const visible = versions.findLastIndex((version) => version.at <= oldestReader);
    if (visible > 0) versions.splice(0, visible);
    versions.push({ at, row });
    this.#versions.set(key, versions);
    if (row === undefined) return;
    for (const { columns, keys } of this.#indexes) {
      const value = columns.map((name) => String(row[name])).join(SEPARATOR);
      const entry = keys.get(value);
      if (entry === undefined) keys.set(value, new Set([key]));
      else entry.add(key);
    }
  }
}
