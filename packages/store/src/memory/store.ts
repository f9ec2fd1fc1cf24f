import { collectEffects } from "../after-commit.ts";
import type { Clock } from "../clock.ts";
import { TRIES } from "../pace.ts";
import { StoreError, type Store, type Tx } from "../store.ts";
import { tables, type Row, type TableName } from "../tables/index.ts";
import type { Tables } from "../tables/columns.ts";
import { sorted, type AnyRow } from "./matching.ts";
import { MemoryTable, type RowKey } from "./memory-table.ts";
import { memoryTx, type Progress, type StoreFaults } from "./memory-transaction.ts";
import { MemoryView } from "./memory-view.ts";

export type { StoreFaults, StorePoint } from "./memory-transaction.ts";

export interface MemoryStore extends Store {
  /** All rows of a table as committed, by key. */
  snapshot<K extends TableName>(table: K): readonly Row<K>[];
}

const descriptors = tables as unknown as Tables;

/** Another transaction was first; the store runs the work again. */
class SerializationFailure extends Error {
  override readonly name = "SerializationFailure";
}

/** A transaction whose writes fail. */
function readOnly(tx: Tx): Tx {
  const refuse = (): Promise<never> => Promise.reject(new TypeError("a report writes nothing"));
  return { ...tx, insert: refuse, upsert: refuse, update: refuse, remove: refuse, lock: refuse, nextIds: refuse };
}

/** The committed rows of every table, and the transactions under way over them. */
class MemoryDatabase {
  readonly #tables: ReadonlyMap<string, MemoryTable>;
  /** Transactions under way, each with the commit that it began after. */
  readonly #readers = new Map<Progress, number>();
  readonly #sequences = { object: 0, event: 0 };
  readonly #clock: Pick<Clock, "now">;
  readonly #faults: StoreFaults | undefined;
  #commits = 0;

  constructor(clock: Pick<Clock, "now">, faults: StoreFaults | undefined, known: Tables) {
    this.#tables = new Map(Object.entries(known).map(([name, table]) => [name, new MemoryTable(table)]));
    this.#clock = clock;
    this.#faults = faults;
  }

  rows(name: TableName): AnyRow[] {
    const table = this.#table(name);
    return [...table.keys()].map((key) => table.read(key, this.#commits)).filter((row) => row !== undefined);
  }

  /** One run of a transaction. @throws SerializationFailure when another was first */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    await this.#faults?.({ op: "begin" });
    const begun = this.#commits;
    const progress: Progress = { ended: false, failure: undefined };
    this.#readers.set(progress, begun);
    const views = new Map<TableName, MemoryView>();
    const view = (name: TableName): MemoryView => {
      const own = views.get(name) ?? new MemoryView(name, this.#table(name), begun);
      views.set(name, own);
      return own;
    };
    const now = (): number => Math.round(this.#clock.now());
    const tx = memoryTx({ view, now, nextIds: this.#nextIds, faults: this.#faults, progress });
    const committed = collectEffects(tx);
    try {
      const result = await work(tx);
      if (progress.failure !== undefined) throw progress.failure.error;
      await this.#faults?.({ op: "commit" });
      this.#readers.delete(progress);
      this.#commit([...views.values()], begun);
      committed();
      await this.#faults?.({ op: "committed" });
      return result;
    } finally {
      progress.ended = true;
      this.#readers.delete(progress);
    }
  }

  #commit(views: readonly MemoryView[], begun: number): void {
    const changed = views.filter(({ written }) => written.size > 0);
    for (const view of changed) this.#refuseOvertaken(view, begun);
    if (changed.length === 0) return;
    this.#commits += 1;
    for (const { table, written } of changed) for (const [key, row] of written) table.write(key, row, this.#commits);
    const oldest = Math.min(this.#commits, ...this.#readers.values());
    for (const table of this.#tables.values()) table.prune(oldest);
  }

  /** Refuses writes to rows, or of unique values, that another transaction has written since this one began. */
  #refuseOvertaken(view: MemoryView, begun: number): void {
    const { table, written } = view;
    if (table.changedAt <= begun) return;
    const read = (key: RowKey): AnyRow | undefined =>
      written.has(key) ? written.get(key) : table.read(key, this.#commits);
    for (const [key, row] of written)
      if (table.lastChange(key) > begun || (row !== undefined && view.clash(key, row, read) !== undefined))
        throw new SerializationFailure();
  }

  #table(name: string): MemoryTable {
    const table = this.#tables.get(name);
    if (table === undefined) throw new RangeError(`there is no table ${name}`);
    return table;
  }

  readonly #nextIds = (sequence: "object" | "event", count: number): readonly number[] => {
    const first = this.#sequences[sequence] + 1;
    this.#sequences[sequence] += count;
    return Array.from({ length: count }, (_, index) => first + index);
  };
}

/**
 * The store in memory: the same transactions as PostgreSQL's, for tests and the simulation.
 *
 * @param options.clock the store's clock; it stands still when absent
 * @param options.faults called at each {@link StorePoint}, and the operation throws what it throws. Before the
 *   commit nothing is written then; at `committed` everything is, though the caller gets an error
 * @param options.tables further tables, in tests
 */
export function memoryStore({
  clock = { now: () => 0 },
  faults,
  tables: further = {},
}: {
  readonly clock?: Pick<Clock, "now">;
  readonly faults?: StoreFaults | undefined;
  readonly tables?: Tables;
} = {}): MemoryStore {
  const database = new MemoryDatabase(clock, faults, { ...descriptors, ...further });
  return {
    async transaction(work) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        try {
          return await database.run(work);
        } catch (error) {
          if (!(error instanceof SerializationFailure)) throw error;
        }
      }
      throw new StoreError("busy", `a transaction lost against others ${String(TRIES)} times`);
    },
    skew: () => Promise.resolve(0),
    report: (work) => database.run((tx) => work(readOnly(tx))),
    snapshot: (name) => sorted(database.rows(name), tables[name].key) as never,
    close: () => Promise.resolve(),
  };
}
