import type { Row, TableName, KeyOf } from "./tables/index.ts";

/** A value a column is compared with: the value itself (null means IS NULL), or one of these forms. */
export type Condition<T> =
  | T
  | { readonly in: readonly T[] }
  | { readonly lte: T }
  | { readonly gte: T }
  | { readonly lt: T }
  | { readonly gt: T }
  | { readonly not: T };

export type Where<K extends TableName> = { readonly [Name in keyof Row<K>]?: Condition<Row<K>[Name]> };

export interface Query<K extends TableName> {
  /** All of them must hold. */
  readonly where?: Where<K>;
  /** Columns in their order; one with a leading `-` descends. Nulls come last. */
  readonly orderBy?: readonly ((keyof Row<K> & string) | `-${keyof Row<K> & string}`)[];
  readonly limit?: number;
}

/** A query as the adapters take it, whatever its table. */
export interface AnyQuery {
  readonly where?: Readonly<Record<string, unknown>>;
  readonly orderBy?: readonly string[];
  readonly limit?: number;
  readonly columns?: readonly string[];
}

/** A change of one row: applied only while every column in `when` still has the value named there. */
export interface Change<K extends TableName> {
  readonly key: KeyOf<K>;
  readonly set: Partial<Row<K>>;
  readonly when?: Partial<Row<K>>;
}

/**
 * What the runner remembers, behind a port with two adapters: PostgreSQL and memory.
 *
 * A transaction sees one snapshot of the data besides its own writes (REPEATABLE READ). Of two
 * concurrent ones that write the same row, the second fails with a serialization error and is run
 * again by the store; so `work` may run several times and must have no effect but through `tx`.
 * A rule over several rows (a budget, a limit) must therefore go by a lock that they share: see `lock`.
 */
export interface Store {
  /**
   * Runs `work` and commits. Rejects with what `work` threw, after rolling back.
   *
   * @throws StoreError `unavailable` when the connection is lost: whether the transaction committed
   *   is then unknown, and the caller reads again before it repeats anything
   * @throws StoreError `busy` when it lost against others, or waited for them, too often
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Reads from one snapshot, as long as it takes: for reports. A write through `tx` fails. */
  report<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** By how many milliseconds this machine's clock is ahead of the store's own, even where a test has set the store's time. */
  skew(): Promise<number>;
  close(): Promise<void>;
}

export interface Tx {
  /**
   * The store's time in milliseconds since 1970, the same during a transaction. Due times, leases, retention and
   * everything that is recorded go by it, and never by a worker's own clock.
   */
  now(): Promise<number>;
  get<K extends TableName>(table: K, key: KeyOf<K>): Promise<Row<K> | undefined>;
  /** @param query with `columns`, rows hold only those: a wide column that is not needed is not read */
  find<K extends TableName, Name extends keyof Row<K> & string = keyof Row<K> & string>(
    table: K,
    query?: Query<K> & { readonly columns?: readonly Name[] },
  ): Promise<readonly Pick<Row<K>, Name>[]>;
  /** How many rows meet every condition. */
  count<K extends TableName>(table: K, where?: Where<K>): Promise<number>;
  /**
   * Inserts rows, each with every column.
   *
   * @returns the rows inserted, in order; with `skipConflicts` without those whose key or unique set exists
   * @throws StoreError `conflict` when one exists and conflicts are not skipped
   */
  insert<K extends TableName>(
    table: K,
    rows: readonly Row<K>[],
    options?: { readonly skipConflicts?: boolean },
  ): Promise<readonly Row<K>[]>;
  /** Inserts rows, or replaces every column of those whose key exists. No key may occur twice. */
  upsert<K extends TableName>(table: K, rows: readonly Row<K>[]): Promise<void>;
  /**
   * Applies the changes whose row exists and whose `when` holds. No key may occur twice.
   *
   * @returns the keys of the changed rows, in the order of the changes
   */
  update<K extends TableName>(table: K, changes: readonly Change<K>[]): Promise<readonly KeyOf<K>[]>;
  /** @returns how many rows were there to remove */
  remove<K extends TableName>(table: K, keys: readonly KeyOf<K>[]): Promise<number>;
  /**
   * Lets no other transaction go by the same names until this one has ended: of two that do, the later one is run
   * again, and sees what the first one wrote. What is counted by a name (a budget, a limit) is counted behind it.
   */
  lock(names: readonly string[]): Promise<void>;
  /** `count` new numbers of a sequence, ascending; they are not given back when the transaction fails. */
  nextIds(sequence: "object" | "event", count: number): Promise<readonly number[]>;
}

/** The store's time, in a transaction that does nothing else. */
export const timeOf = (store: Pick<Store, "transaction">): Promise<number> => store.transaction((tx) => tx.now());

export type StoreErrorKind = "conflict" | "busy" | "unavailable" | "outdated";

/** An error of the store, as opposed to one that the caller's work threw. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: StoreErrorKind;
  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
  static is(value: unknown, kind?: StoreErrorKind): value is StoreError {
    return value instanceof StoreError && (kind === undefined || value.kind === kind);
  }
}
