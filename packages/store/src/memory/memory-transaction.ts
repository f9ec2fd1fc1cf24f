import { storable } from "../storable.ts";
import { StoreError, type Change, type AnyQuery, type Tx } from "../store.ts";
import type { KeyOf, TableName } from "../tables/index.ts";
import { matcher, same, sorted, type AnyRow, type AnyWhere } from "./matching.ts";
import { valueOf, type MemoryTable, type RowKey } from "./memory-table.ts";
import { handedOut, sealedRow } from "./sealed.ts";

/** A place where the store may be made to fail, before it does what the operation says; `committed` is after. */
export interface StorePoint {
  readonly op:
    | "begin"
    | "now"
    | "get"
    | "find"
    | "count"
    | "insert"
    | "upsert"
    | "update"
    | "remove"
    | "nextIds"
    | "commit"
    | "committed";
  readonly table?: TableName;
}

export type StoreFaults = (point: StorePoint) => void | Promise<void>;

/** What a transaction wrote to one table, and how it sees that table. */
export class MemoryView {
  readonly written = new Map<RowKey, AnyRow | undefined>();
  readonly table: MemoryTable;
  readonly #name: string;
  readonly #begun: number;
  /** For each unique set, which written row has a value. */
  readonly #owners: readonly Map<string, RowKey>[];

  constructor(name: string, table: MemoryTable, begun: number) {
    this.#name = name;
    this.table = table;
    this.#begun = begun;
    this.#owners = table.guards.map(() => new Map<string, RowKey>());
  }

  read(key: RowKey): AnyRow | undefined {
    return this.written.has(key) ? this.written.get(key) : this.table.read(key, this.#begun);
  }

  /** @throws StoreError `conflict` when another row has the same values in a unique set */
  put(key: RowKey, row: AnyRow): AnyRow {
    const sealed = sealedRow(this.#name, this.table.descriptor.columns, row);
    const clash = this.clash(key, sealed, (other) => this.read(other));
    if (clash !== undefined)
      throw new StoreError("conflict", `${this.#name}: another row has the same ${clash.join(", ")}`);
    this.take(key, sealed);
    for (const [index, { columns, holds }] of this.table.guards.entries())
      if (holds(sealed)) this.#owners[index]?.set(valueOf(sealed, columns), key);
    return sealed;
  }

  remove(key: RowKey): void {
    this.take(key, undefined);
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

  private take(key: RowKey, row: AnyRow | undefined): void {
    const before = this.written.get(key);
    if (before !== undefined)
      for (const [index, { columns, holds }] of this.table.guards.entries())
        if (holds(before)) this.#owners[index]?.delete(valueOf(before, columns));
    this.written.set(key, row);
  }
}

/** Where a transaction stands; its first error is its end, as in PostgreSQL. */
export interface Progress {
  ended: boolean;
  failure: { readonly error: unknown } | undefined;
}

/** The rows of a table that a transaction sees and that meet every condition. */
function matching(own: MemoryView, where: AnyWhere): AnyRow[] {
  const { read } = reading(own);
  const matches = matcher(where);
  const rows: AnyRow[] = [];
  const look = (key: RowKey): void => {
    const row = read(key);
    if (row !== undefined && matches(row)) rows.push(row);
  };
  for (const key of own.table.candidates(where)) if (!own.written.has(key)) look(key);
  for (const key of own.written.keys()) look(key);
  return rows;
}

/** The operations of one transaction over its views. */
export function memoryTx({
  view,
  now,
  nextIds,
  faults,
  progress,
}: {
  readonly view: (table: TableName) => MemoryView;
  readonly now: () => number;
  readonly nextIds: (sequence: "object" | "event", count: number) => readonly number[];
  readonly faults: StoreFaults | undefined;
  readonly progress: Progress;
}): Tx {
  async function at<T>(point: StorePoint, run: () => T): Promise<T> {
    if (progress.ended) throw new TypeError("the transaction has ended: an operation of it was not awaited");
    try {
      if (progress.failure !== undefined) throw progress.failure.error;
      await faults?.(point);
      return run();
    } catch (error) {
      progress.failure ??= { error };
      throw error;
    }
  }
  /** The key of a change or of a row to replace, which may be named once. */
  const once = (table: TableName): ((row: AnyRow) => RowKey) => {
    const seen = new Set<RowKey>();
    return (row) => {
      const key = view(table).table.keyOf(row);
      if (seen.has(key)) throw new TypeError(`${table}: the key ${String(key)} occurs twice`);
      seen.add(key);
      return key;
    };
  };

  let time: number | undefined;
  return {
    now: () => at({ op: "now" }, () => (time ??= now())),
    get: (table, key) =>
      at({ op: "get", table }, () => {
        const { read, columns } = reading(view(table));
        const row = read(view(table).table.keyOf(key));
        return row && (handedOut(columns, row) as never);
      }),
    find: (table, query: AnyQuery = {}) =>
      at({ op: "find", table }, () => {
        const { columns } = reading(view(table));
        const rows = matching(view(table), query.where ?? {});
        if (query.orderBy !== undefined) sorted(rows, query.orderBy);
        const found = rows.slice(0, query.limit).map((row) => handedOut(columns, row));
        const wanted = query.columns;
        return (wanted === undefined ? found : found.map((row) => picked(table, columns, wanted, row))) as never;
      }),
    count: (table, where = {}) => at({ op: "count", table }, () => matching(view(table), where).length),
    insert: (table, rows, options) =>
      at({ op: "insert", table }, () => {
        const own = view(table);
        const { columns } = own.table.descriptor;
        const inserted: AnyRow[] = [];
        for (const row of rows) {
          const sealed = sealedRow(table, columns, row);
          const key = own.table.keyOf(sealed);
          const exists = own.read(key) !== undefined;
          if (
            options?.skipConflicts === true &&
            (exists || own.clash(key, sealed, (other) => own.read(other)) !== undefined)
          )
            continue;
          if (exists) throw new StoreError("conflict", `${table}: a row with the key ${String(key)} exists`);
          inserted.push(handedOut(columns, own.put(key, sealed)));
        }
        return inserted as never;
      }),
    upsert: (table, rows) =>
      at({ op: "upsert", table }, () => {
        const own = view(table);
        const key = once(table);
        for (const row of rows) own.put(key(row), row);
      }),
    update: (table, changes: readonly Change<TableName>[]) =>
      at({ op: "update", table }, () => {
        const own = view(table);
        const { columns, key: names } = own.table.descriptor;
        const keyOf = once(table);
        return changes.flatMap((change) => {
          const [key, set, when] = [keyOf(change.key), change.set as AnyRow, (change.when ?? {}) as AnyRow];
          for (const name in set)
            if (columns[name] === undefined || names.includes(name))
              throw new TypeError(`${table}.${name} cannot be changed`);
          const row = own.read(key);
          if (row === undefined || !Object.keys(when).every((name) => same(row[name], storable(when[name] ?? null))))
            return [];
          own.put(key, { ...row, ...set });
          return [change.key];
        }) as never;
      }),
    remove: <K extends TableName>(table: K, keys: readonly KeyOf<K>[]) =>
      at({ op: "remove", table }, () => {
        const own = view(table);
        let removed = 0;
        for (const one of keys) {
          const key = own.table.keyOf(one);
          if (own.read(key) === undefined) continue;
          own.remove(key);
          removed += 1;
        }
        return removed;
      }),
    nextIds: (sequence, count) => at({ op: "nextIds" }, () => nextIds(sequence, count)),
  };
}

function picked(
  table: TableName,
  columns: MemoryTable["descriptor"]["columns"],
  wanted: readonly string[],
  row: AnyRow,
): AnyRow {
  for (const name of wanted)
    if (columns[name] === undefined) throw new TypeError(`there is no column ${table}.${name}`);
  return Object.freeze(Object.fromEntries(wanted.map((name) => [name, row[name]])));
}

const reading = (
  view: MemoryView,
): { readonly read: (key: RowKey) => AnyRow | undefined; readonly columns: MemoryTable["descriptor"]["columns"] } => ({
  read: (key) => view.read(key),
  columns: view.table.descriptor.columns,
});
