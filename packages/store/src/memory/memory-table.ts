import { storable } from "../storable.ts";
import type { Table } from "../tables/columns.ts";
import { isForm, matcher, type AnyRow, type AnyWhere } from "./matching.ts";

/** A primary key as a map key. */
export type RowKey = string | number;

interface Version {
  /** Number of the commit that made it. */
  readonly at: number;
  /** Undefined: removed by that commit. */
  readonly row: AnyRow | undefined;
}

interface Index {
  readonly columns: readonly string[];
  /** By these columns' values, the keys of rows with a version that has them. */
  readonly keys: Map<string, Set<RowKey>>;
}

/** Columns of which no two rows that `holds` is true of have the same values. */
export interface Guard {
  readonly columns: readonly string[];
  readonly holds: (row: AnyRow) => boolean;
}

/** No stored text contains it. */
const SEPARATOR = "\0";

const text = (value: unknown): string => String(storable(value));

/** The values of some columns as one text; two rows with the same text have the same values, or nulls. */
export const valueOf = (row: AnyRow, columns: readonly string[]): string =>
  columns.length === 1 ? text(row[columns[0] ?? ""]) : columns.map((name) => text(row[name])).join(SEPARATOR);

/** One table's rows in all the versions that a running transaction may still see. */
export class MemoryTable {
  readonly descriptor: Table;
  /** Sets of columns that no two rows share, and which rows count. */
  readonly guards: readonly Guard[];
  /** Number of the newest commit that wrote here. */
  changedAt = 0;
  readonly #versions = new Map<RowKey, Version[]>();
  readonly #indexes: readonly Index[];
  /** Rows whose older versions nobody needs once no reader is older than `at`; in the order of `at`. */
  #superseded: { readonly key: RowKey; readonly at: number }[] = [];

  constructor(table: Table) {
    this.descriptor = table;
    // A primary key of several columns is looked up by its first ones too, as PostgreSQL's index allows.
    const prefixes = table.key.slice(1).map((_, index) => table.key.slice(0, index + 1));
    this.guards = [...table.unique.map((columns) => ({ columns, where: {} })), ...table.uniqueWhere].map(
      ({ columns, where }) => {
        const counts = matcher(where);
        // As in SQL, a null is equal to nothing.
        return { columns, holds: (row) => columns.every((name) => row[name] !== null) && counts(row) };
      },
    );
    const lookedUp = [...table.indexes, ...this.guards.map(({ columns }) => columns), ...prefixes];
    this.#indexes = [...new Map(lookedUp.map((columns) => [columns.join(), columns])).values()].map((columns) => ({
      columns,
      keys: new Map(),
    }));
  }

  keyOf(row: AnyRow): RowKey {
    const { key } = this.descriptor;
    return key.length === 1 ? (storable(row[key[0] ?? ""]) as RowKey) : valueOf(row, key);
  }

  /** The row as a transaction that began after commit `at` sees it. */
  read(key: RowKey, at: number): AnyRow | undefined {
    const versions = this.#versions.get(key);
    if (versions === undefined) return undefined;
    for (let index = versions.length - 1; index >= 0; index -= 1) {
      const version = versions[index];
      if (version !== undefined && version.at <= at) return version.row;
    }
    return undefined;
  }

  /** Number of the commit that last touched a row; 0 for none. */
  lastChange(key: RowKey): number {
    return this.#versions.get(key)?.at(-1)?.at ?? 0;
  }

  /** Keys of rows that may meet the conditions: those of the narrowest index that fits, else all. */
  candidates(where: AnyWhere): Iterable<RowKey> {
    const { key } = this.descriptor;
    const wanted = key.length === 1 ? valuesOf(where[key[0] ?? ""]) : undefined;
    if (wanted !== undefined) return new Set(wanted.map(storable) as RowKey[]);
    if (key.length > 1 && key.every((name) => isEquality(where[name]))) return [valueOf(where, key)];
    let best: readonly Iterable<RowKey>[] | undefined;
    let fewest = this.#versions.size;
    for (const { columns, keys } of this.#indexes) {
      const texts = lookups(columns, where);
      if (texts === undefined) continue;
      const found = texts.flatMap((one) => keys.get(one) ?? []);
      const size = found.reduce((sum, one) => sum + one.size, 0);
      if (best !== undefined && size >= fewest) continue;
      [best, fewest] = [found, size];
    }
    if (best === undefined) return this.#versions.keys();
    return best.length === 1 ? (best[0] ?? []) : new Set(best.flatMap((keys) => [...keys]));
  }

  keys(): Iterable<RowKey> {
    return this.#versions.keys();
  }

  write(key: RowKey, row: AnyRow | undefined, at: number): void {
    const versions = this.#versions.get(key);
    if (versions === undefined) this.#versions.set(key, [{ at, row }]);
    else versions.push({ at, row });
    this.changedAt = at;
    if (versions !== undefined || row === undefined) this.#superseded.push({ key, at });
    if (row === undefined) return;
    for (const { columns, keys } of this.#indexes) {
      const value = valueOf(row, columns);
      const entry = keys.get(value);
      if (entry === undefined) keys.set(value, new Set([key]));
      else entry.add(key);
    }
  }

  /** Forgets the versions that no transaction begun at commit `oldest` or later can see. */
  prune(oldest: number): void {
    let done = 0;
    for (const { key, at } of this.#superseded) {
      if (at > oldest) break;
      done += 1;
      const versions = this.#versions.get(key);
      const visible = versions?.findLastIndex((version) => version.at <= oldest) ?? -1;
      if (versions === undefined || visible < 0) continue;
      const dropped = versions.splice(0, visible);
      if (versions.length === 1 && versions[0]?.row === undefined) this.#versions.delete(key);
      for (const { row } of dropped) if (row !== undefined) this.#unindex(key, row, versions);
    }
    if (done > 0) this.#superseded = this.#superseded.slice(done);
  }

  #unindex(key: RowKey, row: AnyRow, remaining: readonly Version[]): void {
    for (const { columns, keys } of this.#indexes) {
      const value = valueOf(row, columns);
      if (remaining.some((version) => version.row !== undefined && valueOf(version.row, columns) === value)) continue;
      const entry = keys.get(value);
      entry?.delete(key);
      if (entry?.size === 0) keys.delete(value);
    }
  }
}

const isEquality = (condition: unknown): boolean => condition !== undefined && !isForm(condition);

/** The values a condition allows; undefined when it is no equality. */
function valuesOf(condition: unknown): readonly unknown[] | undefined {
  if (condition === undefined) return undefined;
  return isForm(condition) ? condition.in : [condition];
}

/** The index texts that conditions on all of its columns allow; at most one of them may be a list. */
function lookups(columns: readonly string[], where: AnyWhere): readonly string[] | undefined {
  let lists = 0;
  let texts: string[] = [];
  for (const [index, name] of columns.entries()) {
    const values = valuesOf(where[name]);
    if (values === undefined) return undefined;
    if (values.length !== 1 && (lists += 1) > 1) return undefined;
    const own = values.map(text);
    texts = index === 0 ? [...new Set(own)] : texts.flatMap((start) => own.map((value) => start + SEPARATOR + value));
  }
  return texts;
}
