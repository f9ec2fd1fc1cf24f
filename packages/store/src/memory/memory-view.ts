import { storable } from "../storable.ts";
import { StoreError, type AnyQuery, type Change } from "../store.ts";
import type { TableName } from "../tables/index.ts";
import { matcher, same, sorted, type AnyRow, type AnyWhere } from "./matching.ts";
import { valueOf, type MemoryTable, type RowKey } from "./memory-table.ts";
import { handedOut, sealedRow } from "./sealed.ts";

/** What a transaction wrote to one table, how it sees that table, and what it does to it. */
export class MemoryView {
  readonly written = new Map<RowKey, AnyRow | undefined>();
  readonly table: MemoryTable;
  readonly #name: TableName;
  readonly #begun: number;
  /** For each unique set, which written row has a value. */
  readonly #owners: readonly Map<string, RowKey>[];

  constructor(name: TableName, table: MemoryTable, begun: number) {
    this.#name = name;
    this.table = table;
    this.#begun = begun;
    this.#owners = table.guards.map(() => new Map<string, RowKey>());
  }

  get(key: AnyRow): AnyRow | undefined {
    const row = this.#read(this.table.keyOf(key));
    return row && this.#handedOut(row);
  }

  find({ where = {}, orderBy, limit, columns }: AnyQuery): readonly AnyRow[] {
    const rows = this.#matching(where);
    if (orderBy !== undefined) sorted(rows, orderBy);
    const found = rows.slice(0, limit).map((row) => this.#handedOut(row));
    return columns === undefined ? found : found.map((row) => this.#picked(columns, row));
  }

  count(where: AnyWhere): number {
    return this.#matching(where).length;
  }

  insert(rows: readonly AnyRow[], skipConflicts: boolean): readonly AnyRow[] {
    const inserted: AnyRow[] = [];
    for (const row of rows) {
      const sealed = sealedRow(this.#name, this.table.descriptor.columns, row);
      const key = this.table.keyOf(sealed);
      const exists = this.#read(key) !== undefined;
      if (skipConflicts && (exists || this.clash(key, sealed, this.#read) !== undefined)) continue;
      if (exists) throw new StoreError("conflict", `${this.#name}: a row with the key ${String(key)} exists`);
      inserted.push(this.#handedOut(this.#put(key, sealed)));
    }
    return inserted;
  }

  upsert(rows: readonly AnyRow[]): void {
    const keyOf = this.#keysOnce();
    for (const row of rows) this.#put(keyOf(row), row);
  }

  /** @returns the keys of the rows it changed */
  update(changes: readonly Change<TableName>[]): readonly AnyRow[] {
    const keyOf = this.#keysOnce();
    return changes.flatMap((change) => {
      const [key, set, when] = [keyOf(change.key), change.set as AnyRow, (change.when ?? {}) as AnyRow];
      this.#checkChangeable(set);
      const row = this.#read(key);
      const holds = (name: string): boolean => same(row?.[name], storable(when[name] ?? null));
      if (row === undefined || !Object.keys(when).every(holds)) return [];
      this.#put(key, { ...row, ...set });
      return [change.key];
    });
  }

  remove(keys: readonly AnyRow[]): number {
    let removed = 0;
    for (const one of keys) {
      const key = this.table.keyOf(one);
      if (this.#read(key) === undefined) continue;
      this.#take(key, undefined);
      removed += 1;
    }
    return removed;
  }

  /** The unique set in which another row, as `read` sees it, has a row's values. */
  clash(key: RowKey, row: AnyRow, read: (key: RowKey) => AnyRow | undefined): readonly string[] | undefined {
    return this.table.guards.find(({ columns, holds }, index) => {
      if (!holds(row)) return false;
      const value = valueOf(row, columns);
      const owner = this.#owners[index]?.get(value);
      if (owner !== undefined && owner !== key) return true;
      for (const other of this.table.candidates(Object.fromEntries(columns.map((name) => [name, row[name]])))) {
        const held = other === key ? undefined : read(other);
        if (held !== undefined && holds(held) && valueOf(held, columns) === value) return true;
      }
      return false;
    })?.columns;
  }

  readonly #read = (key: RowKey): AnyRow | undefined =>
    this.written.has(key) ? this.written.get(key) : this.table.read(key, this.#begun);

  /** The rows that the transaction sees and that meet every condition. */
  #matching(where: AnyWhere): AnyRow[] {
    const matches = matcher(where);
    const rows: AnyRow[] = [];
    const look = (key: RowKey): void => {
      const row = this.#read(key);
      if (row !== undefined && matches(row)) rows.push(row);
    };
    for (const key of this.table.candidates(where)) if (!this.written.has(key)) look(key);
    for (const key of this.written.keys()) look(key);
    return rows;
  }

  /** @throws StoreError `conflict` when another row has the same values in a unique set */
  #put(key: RowKey, row: AnyRow): AnyRow {
    const sealed = sealedRow(this.#name, this.table.descriptor.columns, row);
    const clash = this.clash(key, sealed, this.#read);
    if (clash !== undefined)
      throw new StoreError("conflict", `${this.#name}: another row has the same ${clash.join(", ")}`);
    this.#take(key, sealed);
    for (const [index, { columns, holds }] of this.table.guards.entries())
      if (holds(sealed)) this.#owners[index]?.set(valueOf(sealed, columns), key);
    return sealed;
  }

  #take(key: RowKey, row: AnyRow | undefined): void {
    const before = this.written.get(key);
    if (before !== undefined)
      for (const [index, { columns, holds }] of this.table.guards.entries())
        if (holds(before)) this.#owners[index]?.delete(valueOf(before, columns));
    this.written.set(key, row);
  }

  /** The key of each row of one call, in which none may occur twice. */
  #keysOnce(): (row: AnyRow) => RowKey {
    const seen = new Set<RowKey>();
    return (row) => {
      const key = this.table.keyOf(row);
      if (seen.has(key)) throw new TypeError(`${this.#name}: the key ${String(key)} occurs twice`);
      seen.add(key);
      return key;
    };
  }

  #checkChangeable(set: AnyRow): void {
    const { columns, key } = this.table.descriptor;
    for (const name in set)
      if (columns[name] === undefined || key.includes(name))
        throw new TypeError(`${this.#name}.${name} cannot be changed`);
  }

  #handedOut(row: AnyRow): AnyRow {
    return handedOut(this.table.descriptor.columns, row);
  }

  #picked(wanted: readonly string[], row: AnyRow): AnyRow {
    for (const name of wanted)
      if (this.table.descriptor.columns[name] === undefined)
        throw new TypeError(`there is no column ${this.#name}.${name}`);
    return Object.freeze(Object.fromEntries(wanted.map((name) => [name, row[name]])));
  }
}
