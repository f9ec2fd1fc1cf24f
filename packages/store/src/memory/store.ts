import { collectEffects } from "../after-commit.ts";
import type { Clock } from "../clock.ts";
import { TRIES } from "../pace.ts";
import { StoreError, type Store, type Tx } from "../store.ts";
import { tables, type Row, type TableName } from "../tables/index.ts";
import type { Table } from "../tables/columns.ts";
import { sorted } from "./matching.ts";
import { MemoryTable } from "./memory-table.ts";
import { memoryTx, MemoryView, type Progress, type StoreFaults } from "./memory-transaction.ts";

export type { StoreFaults, StorePoint } from "./memory-transaction.ts";

export interface MemoryStore extends Store {
  /** All rows of a table as committed, by key. */
  snapshot<K extends TableName>(table: K): readonly Row<K>[];
}

const descriptors = tables as unknown as Readonly<Record<string, Table>>;

/** Another transaction was first; the store runs the work again. */
class SerializationFailure extends Error {
  override readonly name = "SerializationFailure";
}

/** A transaction whose writes fail. */
function readOnly(tx: Tx): Tx {
  const refuse = (): Promise<never> => Promise.reject(new TypeError("a report writes nothing"));
  return { ...tx, insert: refuse, upsert: refuse, update: refuse, remove: refuse, nextIds: refuse };
}

/**
 * The store in memory: the same transactions as PostgreSQL's, for tests and the simulation.
 *
 * @param options.clock the store's clock; it stands still when absent
 * @param options.faults called where PostgreSQL would be waited for; what it throws, the operation
 *   throws: before the commit nothing is written, at `committed` it is though the caller hears otherwise
 */
export function memoryStore({
  clock = { now: () => 0 },
  faults,
}: {
  readonly clock?: Pick<Clock, "now">;
  readonly faults?: StoreFaults | undefined;
} = {}): MemoryStore {
  const all = new Map(Object.entries(descriptors).map(([name, table]) => [name, new MemoryTable(table)]));
  const readers = new Map<Progress, number>();
  const sequences = { object: 0, event: 0 };
  let commits = 0;

  const tableOf = (name: string): MemoryTable => {
    const table = all.get(name);
    if (table === undefined) throw new RangeError(`there is no table ${name}`);
    return table;
  };
  const nextIds = (sequence: "object" | "event", count: number): readonly number[] => {
    const first = sequences[sequence] + 1;
    sequences[sequence] += count;
    return Array.from({ length: count }, (_, index) => first + index);
  };

  async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    await faults?.({ op: "begin" });
    const begun = commits;
    const progress: Progress = { ended: false, failure: undefined };
    readers.set(progress, begun);
    const views = new Map<TableName, MemoryView>();
    const view = (name: TableName): MemoryView => {
      const own = views.get(name) ?? new MemoryView(name, tableOf(name), begun);
      views.set(name, own);
      return own;
    };
    const tx = memoryTx({ view, now: () => Math.round(clock.now()), nextIds, faults, progress });
    const committed = collectEffects(tx);
    try {
      const result = await work(tx);
      if (progress.failure !== undefined) throw progress.failure.error;
      await faults?.({ op: "commit" });
      readers.delete(progress);
      commit([...views.values()], begun);
      committed();
      await faults?.({ op: "committed" });
      return result;
    } finally {
      progress.ended = true;
      readers.delete(progress);
    }
  }

  function commit(views: readonly MemoryView[], begun: number): void {
    const changed = views.filter(({ written }) => written.size > 0);
    for (const view of changed) {
      const { table, written } = view;
      if (table.changedAt <= begun) continue;
      const read = (key: string | number): ReturnType<MemoryTable["read"]> =>
        written.has(key) ? written.get(key) : table.read(key, commits);
      for (const [key, row] of written)
        if (table.lastChange(key) > begun || (row !== undefined && view.clash(key, row, read) !== undefined))
          throw new SerializationFailure();
    }
    if (changed.length === 0) return;
    commits += 1;
    for (const { table, written } of changed) for (const [key, row] of written) table.write(key, row, commits);
    const oldest = Math.min(commits, ...readers.values());
    for (const table of all.values()) table.prune(oldest);
  }

  return {
    async transaction(work) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        try {
          return await once(work);
        } catch (error) {
          if (!(error instanceof SerializationFailure)) throw error;
        }
      }
      throw new StoreError("busy", `a transaction lost against others ${String(TRIES)} times`);
    },
    skew: () => Promise.resolve(0),
    report: (work) => once((tx) => work(readOnly(tx))),
    snapshot: (name) => {
      const table = tableOf(name);
      const rows = [...table.keys()].map((key) => table.read(key, commits)).filter((row) => row !== undefined);
      return sorted(rows, tables[name].key) as never;
    },
    close: () => Promise.resolve(),
  };
}
