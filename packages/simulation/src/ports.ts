import {
  StoreError,
  type Blobs,
  type Clock,
  type Queue,
  type Row,
  type Store,
  type TableName,
  type Tx,
} from "@slipway/store";
import type { VendorSession } from "@slipway/plugin-sdk";
import type { Adapter } from "@slipway/collect";
import type { EvidenceReader } from "@slipway/evidence";
import type { Faults } from "./faults.ts";
import { Died, type Life } from "./life.ts";
import { isLook, LookThrows, type Looks } from "./looks.ts";

/** Runs a transaction, whose operations may be changed. */
export type RunTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Where a test plants a bug that the invariants have to find. */
export interface Plant {
  /** Changes what a transaction does. */
  readonly tx?: (tx: Tx) => Tx;
  /** Changes how transactions are run. */
  readonly run?: (run: RunTransaction) => RunTransaction;
  /** Changes how jobs are handled. */
  readonly handle?: (handle: () => Promise<void>, clock: Clock) => Promise<void>;
  /** Changes what a vendor says and does. */
  readonly session?: (session: VendorSession, clock: Clock) => VendorSession;
  /** Changes what becomes of evidence. */
  readonly blobs?: (blobs: Blobs) => Blobs;
  /** Changes what is read of what nodes print. */
  readonly reader?: (reader: EvidenceReader) => EvidenceReader;
  /** What a worker takes for an adapter that it has not opened. */
  readonly unopened?: Adapter;
}

/** A plant of all processes, or what makes one for each: what it remembers is then that process's own. */
export type Planted = Plant | (() => Plant);

/** The ports of one process: each await outside of it may be its last, and the store may be cut off. */
export interface ProcessPorts {
  readonly store: Store;
  readonly queue: Queue;
  readonly blobs: Blobs;
  readonly clock: Clock;
}

/** What a test or the simulation does besides. */
export interface Tap {
  readonly plant?: Plant | undefined;
  readonly looks?: Looks;
  /** Hears of every write, whether it is committed or not. */
  readonly onWrite: (table: TableName) => void;
  /** Hears of the machines whose passes a transaction is about to count. */
  readonly onCount?: (machines: readonly number[]) => Promise<void>;
}

export function portsOf(life: Life, faults: Faults, inner: ProcessPorts, tap: Tap): ProcessPorts {
  const { plant, looks } = tap;
  const blobs = plant?.blobs?.(inner.blobs) ?? inner.blobs;
  /** The transaction that jobs join, by the one that the process holds. */
  const joined = new WeakMap<Tx, Tx>();

  function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const cut = faults.strikes("store-before-commit");
    const looked = new Set<number>();
    let opened: Tx | undefined;
    const plain: RunTransaction = (within) => inner.store.transaction((tx) => within((opened = tx)));
    return new Promise((resolve, reject) => {
      const run = async (): Promise<T> => {
        await life.point("begin");
        return (plant?.run?.(plain) ?? plain)(async (tx) => {
          const planted = plant?.tx?.(tx) ?? tx;
          const held = within(life, planted, tap, looked);
          joined.set(held, opened ?? tx);
          const result = await work(held).catch((error: unknown) => {
            if (error instanceof LookThrows) looks?.ended(looked, error);
            throw error;
          });
          life.pointWithin("commit");
          if (cut) throw new StoreError("unavailable", "the connection was lost before the commit");
          return result;
        });
      };
      run().then(
        async (result) => {
          looks?.ended(looked);
          await life.point("committed");
          if (faults.strikes("store-after-commit"))
            reject(new StoreError("unavailable", "the connection was lost after the commit"));
          else resolve(result);
        },
        (error: Error) => {
          if (!life.dead && !(error instanceof Died)) reject(error);
        },
      );
    });
  }

  return {
    store: {
      transaction,
      report: (work) => life.call("report", () => inner.store.report(work)),
      skew: () => life.call("skew", () => Promise.resolve(life.skew)),
      close: () => Promise.resolve(),
    },
    queue: queueOf(life, inner, { joinedBy: (tx) => joined.get(tx) ?? tx, plant }),
    blobs: blobsOf(life, faults, blobs),
    clock: {
      now: () => inner.clock.now() + life.skew,
      sleep: async (ms, signal) => {
        await inner.clock.sleep(ms, signal);
        await life.point("slept");
      },
    },
  };
}

/** Evidence on a disk that may be full, or fail while it is written. */
function blobsOf(life: Life, faults: Faults, inner: Blobs): Blobs {
  const put = async (contents: Parameters<Blobs["put"]>[0]): ReturnType<Blobs["put"]> => {
    if (faults.strikes("disk-full")) throw failure("ENOSPC", "no space left on device");
    if (!faults.strikes("torn-put")) return inner.put(contents);
    await inner.put(contents.slice(0, contents.length >> 1));
    throw failure("EIO", "i/o error");
  };
  return {
    put: (contents) => life.call("put", () => put(contents)),
    get: (digest) => life.call("get blob", () => inner.get(digest)),
    list: () => inner.list(),
    remove: (digests, at) => life.call("remove blobs", () => inner.remove(digests, at)),
    purge: (before, stillNamed) => life.call("purge", () => inner.purge(before, stillNamed)),
  };
}

/** What a file system answers. */
const failure = (code: string, message: string): Error =>
  Object.assign(new Error(`${code}: ${message}, write`), { code });

function queueOf(
  life: Life,
  { queue: inner, clock }: ProcessPorts,
  { joinedBy, plant }: { readonly joinedBy: (tx: Tx) => Tx; readonly plant: Plant | undefined },
): Queue {
  return {
    send: (queue, jobs, tx) => {
      if (tx === undefined) return life.call("send", () => inner.send(queue, jobs));
      life.pointWithin("send");
      return inner.send(queue, jobs, joinedBy(tx));
    },
    // A process that stands still hears of nothing, so its handlers get a signal that stays quiet.
    consume: (queues, options, handle) =>
      inner.consume(queues, options, (jobs) => {
        const run = (): Promise<void> => handle(jobs, new AbortController().signal);
        return plant?.handle === undefined ? run() : plant.handle(run, clock);
      }),
    trouble: () => inner.trouble(),
    close: () => Promise.resolve(),
  };
}

/** A transaction of a process that may die in it. */
function within(life: Life, tx: Tx, { looks, onWrite, onCount }: Tap, looked: Set<number>): Tx {
  const at = (name: string): void => {
    life.pointWithin(name);
  };
  const writing = (what: string, table: TableName): void => {
    onWrite(table);
    at(`${what} ${table}`);
  };
  const found = <T>(rows: readonly T[]): readonly T[] =>
    (rows as readonly Row<"validations">[]).map((row) => {
      looked.add(row.id);
      return looks?.found(row) ?? row;
    }) as unknown as readonly T[];
  return {
    now: async () => (at("now"), tx.now()),
    get: async (table, key) => (at("get"), tx.get(table, key)),
    find: async (table, query) => {
      at("find");
      const rows = await tx.find(table, query);
      return isLook(table, query) ? found(rows) : rows;
    },
    count: async (table, where) => (at("count"), tx.count(table, where)),
    insert: async (table, rows, options) => {
      writing("insert", table);
      if (table === "passes")
        await onCount?.((rows as unknown as readonly Row<"passes">[]).map(({ machine }) => machine));
      return tx.insert(table, rows, options);
    },
    upsert: async (table, rows) => (writing("upsert", table), tx.upsert(table, rows)),
    update: async (table, changes) => (writing("update", table), tx.update(table, changes)),
    remove: async (table, keys) => (writing("remove", table), tx.remove(table, keys)),
    lock: async (names) => (at("lock"), tx.lock(names)),
    nextIds: async (sequence, count) => (at("nextIds"), tx.nextIds(sequence, count)),
  };
}
