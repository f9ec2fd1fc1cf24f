import { StoreError, type Change, type Query, type Store, type Tx } from "../store.ts";
import { tables, type KeyOf, type Row, type TableName } from "../tables/index.ts";
import type { Table } from "../tables/columns.ts";
import { matches, same, sorted, type AnyRow } from "./matching.ts";
import { MemoryTable, type RowKey } from "./memory-table.ts";

/** A place where the store may be made to fail, before it does what the operation says; `committed` is after. */
export interface StorePoint {
  readonly op: "begin" | "get" | "find" | "insert" | "upsert" | "update" | "remove" | "nextIds" | "commit" | "committed";
  readonly table?: TableName;
}

export type StoreFaults = (point: StorePoint) => void | Promise<void>;

export interface MemoryStore extends Store {
  /** All rows of a table as committed, by key. */
  snapshot<K extends TableName>(table: K): readonly Row<K>[];
}

const RETRIES = 50;
const descriptors = tables as unknown as Readonly<Record<string, Table>>;

/** Thrown at commit when another transaction was first; the store runs the work again. */
class SerializationFailure extends Error {
  override readonly name = "SerializationFailure";
}

const effects = new WeakMap<Tx, (() => void)[]>();

/** Has something done when a memory transaction commits, and never if it does not. */
export function afterCommit(tx: Tx, effect: () => void): void {
  const own = effects.get(tx);
  if (own === undefined) throw new TypeError("the transaction is not one of the memory store");
  own.push(effect);
}

/** The store in memory: the same transactions as PostgreSQL's, for tests and the simulation. */
export function memoryStore({ faults }: { readonly faults?: StoreFaults | undefined } = {}): MemoryStore {
  const all = new Map(Object.entries(descriptors).map(([name, table]) => [name as TableName, new MemoryTable(table)]));
  const readers = new Map<symbol, number>();
  const sequences = { object: 0, event: 0 };
  let commits = 0;

  async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    await faults?.({ op: "begin" });
    const begun = commits;
    const reader = Symbol("transaction");
    readers.set(reader, begun);
    const overlay = new Map<TableName, Map<RowKey, AnyRow | undefined>>();
    const tx = memoryTx(all, begun, overlay, sequences, faults);
    const deferred: (() => void)[] = [];
    effects.set(tx, deferred);
    try {
      const result = await work(tx);
      await faults?.({ op: "commit" });
      commit(overlay, begun);
      for (const effect of deferred) effect();
      await faults?.({ op: "committed" });
      return result;
    } finally {
      readers.delete(reader);
      effects.delete(tx);
    }
  }

  function commit(overlay: ReadonlyMap<TableName, ReadonlyMap<RowKey, AnyRow | undefined>>, begun: number): void {
    for (const [name, rows] of overlay) {
      const table = tableOf(all, name);
      for (const [key, row] of rows) {
        if (table.lastChange(key) > begun) throw new SerializationFailure();
        if (row !== undefined && uniqueClash(table, key, row, (other) => (rows.has(other) ? rows.get(other) : table.read(other, commits))) !== undefined) throw new SerializationFailure();
      }
    }
    if ([...overlay.values()].every(({ size }) => size === 0)) return;
    commits += 1;
    const oldest = Math.min(commits, ...readers.values());
    for (const [name, rows] of overlay) {
      const table = tableOf(all, name);
      for (const [key, row] of rows) table.write(key, row, commits, oldest);
    }
  }

  return {
    async transaction(work) {
      for (let tries = 0; tries < RETRIES; tries += 1) {
        try {
          return await once(work);
        } catch (error) {
          if (!(error instanceof SerializationFailure)) throw error;
        }
      }
      throw new StoreError("busy", `a transaction lost against others ${String(RETRIES)} times`);
    },
    snapshot: (name) => {
      const table = tableOf(all, name);
      const rows = [...table.keys()].map((key) => table.read(key, commits)).filter((row) => row !== undefined);
      return sorted(rows, tables[name].key) as never;
    },
    close: () => Promise.resolve(),
  };
}

function tableOf(all: ReadonlyMap<TableName, MemoryTable>, name: TableName): MemoryTable {
  const table = all.get(name);
  if (table === undefined) throw new RangeError(`there is no table ${name}`);
  return table;
}

/** The columns of a unique set that another row holds too. */
function uniqueClash(table: MemoryTable, key: RowKey, row: AnyRow, read: (key: RowKey) => AnyRow | undefined): readonly string[] | undefined {
  return table.unique.find((columns) => {
    if (columns.some((name) => row[name] === null)) return false;
    const where = Object.fromEntries(columns.map((name) => [name, row[name]]));
    for (const other of table.candidates(where) ?? []) {
      const held = other === key ? undefined : read(other);
      if (held !== undefined && matches(held, where)) return true;
    }
    return false;
  });
}

function memoryTx(all: ReadonlyMap<TableName, MemoryTable>, begun: number, overlay: Map<TableName, Map<RowKey, AnyRow | undefined>>, sequences: Record<"object" | "event", number>, faults: StoreFaults | undefined): Tx {
  const own = (name: TableName): Map<RowKey, AnyRow | undefined> => {
    const rows = overlay.get(name) ?? new Map<RowKey, AnyRow | undefined>();
    overlay.set(name, rows);
    return rows;
  };
  const reader = (name: TableName): ((key: RowKey) => AnyRow | undefined) => {
    const [table, written] = [tableOf(all, name), overlay.get(name)];
    return (key) => (written?.has(key) === true ? written.get(key) : table.read(key, begun));
  };
  const clash = (name: TableName, key: RowKey, row: AnyRow): readonly string[] | undefined => {
    const [table, read] = [tableOf(all, name), reader(name)];
    const committed = uniqueClash(table, key, row, read);
    if (committed !== undefined) return committed;
    return table.unique.find((columns) => columns.every((column) => row[column] !== null) && [...own(name)].some(([other, held]) => other !== key && held !== undefined && columns.every((column) => same(held[column], row[column]))));
  };
  const put = (name: TableName, key: RowKey, row: AnyRow): void => {
    const broken = clash(name, key, row);
    if (broken !== undefined) throw new StoreError("conflict", `${name}: another row has the same ${broken.join(", ")}`);
    own(name).set(key, Object.freeze({ ...row }));
  };

  return {
    async get(name, key) {
      await faults?.({ op: "get", table: name });
      return reader(name)(tableOf(all, name).keyOf(key)) as never;
    },
    async find(name, query: Query<TableName> = {}) {
      await faults?.({ op: "find", table: name });
      const [table, read] = [tableOf(all, name), reader(name)];
      const where = query.where ?? {};
      const keys = new Set(table.candidates(where) ?? table.keys());
      for (const key of overlay.get(name)?.keys() ?? []) keys.add(key);
      let rows: AnyRow[] = [];
      for (const key of keys) {
        const row = read(key);
        if (row !== undefined && matches(row, where)) rows.push(row);
      }
      if (query.orderBy !== undefined) rows = sorted(rows, query.orderBy);
      return (query.limit === undefined ? rows : rows.slice(0, query.limit)) as never;
    },
    async insert(name, rows, options) {
      await faults?.({ op: "insert", table: name });
      const [table, read] = [tableOf(all, name), reader(name)];
      const inserted: AnyRow[] = [];
      for (const row of rows) {
        const key = table.keyOf(row);
        const taken = own(name).has(key) ? own(name).get(key) : read(key);
        if (taken !== undefined || clash(name, key, row) !== undefined) {
          if (options?.skipConflicts === true) continue;
          throw new StoreError("conflict", `${name}: the row ${String(key)} exists`);
        }
        put(name, key, row);
        inserted.push(row);
      }
      return inserted as never;
    },
    async upsert(name, rows) {
      await faults?.({ op: "upsert", table: name });
      for (const row of rows) put(name, tableOf(all, name).keyOf(row), row);
    },
    async update(name, changes: readonly Change<TableName>[]) {
      await faults?.({ op: "update", table: name });
      const [table, read] = [tableOf(all, name), reader(name)];
      const changed: AnyRow[] = [];
      for (const { key, set, when } of changes) {
        const at = table.keyOf(key);
        const row = own(name).has(at) ? own(name).get(at) : read(at);
        if (row === undefined || (when !== undefined && !matches(row, when))) continue;
        put(name, at, { ...row, ...set });
        changed.push(own(name).get(at) ?? row);
      }
      return changed as never;
    },
    async remove<K extends TableName>(name: K, keys: readonly KeyOf<K>[]) {
      await faults?.({ op: "remove", table: name });
      const [table, read] = [tableOf(all, name), reader(name)];
      const there = keys.map((key) => table.keyOf(key)).filter((key) => read(key) !== undefined);
      for (const key of there) own(name).set(key, undefined);
      return there.length;
    },
    async nextIds(sequence, count) {
      await faults?.({ op: "nextIds" });
      const first = sequences[sequence] + 1;
      sequences[sequence] += count;
      return Array.from({ length: count }, (_, index) => first + index);
    },
  };
}
