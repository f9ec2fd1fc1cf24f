import type { AnyQuery, Change, Tx } from "../store.ts";
import type { KeyOf, TableName } from "../tables/index.ts";
import type { AnyRow } from "./matching.ts";
import type { MemoryView } from "./memory-view.ts";

/** Where a test may make the store fail: before the named operation, or after the commit (`committed`). */
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
    | "lock"
    | "nextIds"
    | "commit"
    | "committed";
  readonly table?: TableName;
}

export type StoreFaults = (point: StorePoint) => void | Promise<void>;

/** State of a transaction. After its first error every operation fails with it, as in PostgreSQL. */
export interface Progress {
  ended: boolean;
  failure: { readonly error: unknown } | undefined;
}

/** What a transaction works on. */
export interface MemoryTxParts {
  readonly view: (table: TableName) => MemoryView;
  readonly now: () => number;
  readonly nextIds: (sequence: "object" | "event", count: number) => readonly number[];
  readonly faults: StoreFaults | undefined;
  readonly progress: Progress;
}

/** The operations of one transaction over its views. */
export function memoryTx({ view, now, nextIds, faults, progress }: MemoryTxParts): Tx {
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

  let time: number | undefined;
  return {
    now: () => at({ op: "now" }, () => (time ??= now())),
    get: (table, key) => at({ op: "get", table }, () => view(table).get(key) as never),
    find: (table, query: AnyQuery = {}) => at({ op: "find", table }, () => view(table).find(query) as never),
    count: (table, where = {}) => at({ op: "count", table }, () => view(table).count(where)),
    insert: (table, rows: readonly AnyRow[], options) =>
      at({ op: "insert", table }, () => view(table).insert(rows, options?.skipConflicts === true) as never),
    upsert: (table, rows: readonly AnyRow[]) =>
      at({ op: "upsert", table }, () => {
        view(table).upsert(rows);
      }),
    update: (table, changes: readonly Change<TableName>[]) =>
      at({ op: "update", table }, () => view(table).update(changes) as never),
    remove: <K extends TableName>(table: K, keys: readonly KeyOf<K>[]) =>
      at({ op: "remove", table }, () => view(table).remove(keys)),
    lock: (names) =>
      at({ op: "lock" }, () => {
        const gates = view("gates");
        for (const name of new Set(names)) {
          const turn = Number(gates.get({ name })?.["turn"] ?? 0) + 1;
          gates.upsert([{ name, taken: 0, turn }]);
        }
      }),
    nextIds: (sequence, count) => at({ op: "nextIds" }, () => nextIds(sequence, count)),
  };
}
