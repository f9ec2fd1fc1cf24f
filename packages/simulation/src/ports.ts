import { StoreError, type Blobs, type Clock, type Queue, type Store, type TableName, type Tx } from "@slipway/store";
import type { Adapter } from "@slipway/collect";
import type { Faults } from "./faults.ts";
import { Died, type Life } from "./life.ts";

/** Where a test plants a bug that the invariants have to find: in every process alike. */
export interface Plant {
  /** Changes what a transaction does. */
  readonly tx?: (tx: Tx) => Tx;
  /** Changes what becomes of evidence. */
  readonly blobs?: (blobs: Blobs) => Blobs;
  /** What a worker takes for an adapter that it has not opened. */
  readonly unopened?: Adapter;
}

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
  /** Hears of every write, whether it is committed or not. */
  readonly onWrite: (table: TableName) => void;
}

export function portsOf(life: Life, faults: Faults, inner: ProcessPorts, { plant, onWrite }: Tap): ProcessPorts {
  const blobs = plant?.blobs?.(inner.blobs) ?? inner.blobs;
  /** The transaction that jobs join, by the one that the process holds. */
  const joined = new WeakMap<Tx, Tx>();

  function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const cut = faults.strikes("store-before-commit");
    return new Promise((resolve, reject) => {
      const run = async (): Promise<T> => {
        await life.point("begin");
        return inner.store.transaction(async (tx) => {
          const planted = plant?.tx?.(tx) ?? tx;
          const held = within(life, planted, onWrite);
          joined.set(held, tx);
          const result = await work(held);
          life.pointWithin("commit");
          if (cut) throw new StoreError("unavailable", "the connection was lost before the commit");
          return result;
        });
      };
      run().then(
        async (result) => {
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
    queue: queueOf(life, inner.queue, (tx) => joined.get(tx) ?? tx),
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

function queueOf(life: Life, inner: Queue, joinedBy: (tx: Tx) => Tx): Queue {
  return {
    send: (queue, jobs, tx) => {
      if (tx === undefined) return life.call("send", () => inner.send(queue, jobs));
      life.pointWithin("send");
      return inner.send(queue, jobs, joinedBy(tx));
    },
    // A process that stands still hears of nothing, so its handlers get a signal that stays quiet.
    consume: (queues, options, handle) =>
      inner.consume(queues, options, (jobs) => handle(jobs, new AbortController().signal)),
    trouble: () => inner.trouble(),
    close: () => Promise.resolve(),
  };
}

/** A transaction of a process that may die in it. */
function within(life: Life, tx: Tx, onWrite: Tap["onWrite"]): Tx {
  const at = (name: string): void => {
    life.pointWithin(name);
  };
  const writing = (what: string, table: TableName): void => {
    onWrite(table);
    at(`${what} ${table}`);
  };
  return {
    now: async () => (at("now"), tx.now()),
    get: async (table, key) => (at("get"), tx.get(table, key)),
    find: async (table, query) => (at("find"), tx.find(table, query)),
    count: async (table, where) => (at("count"), tx.count(table, where)),
    insert: async (table, rows, options) => (writing("insert", table), tx.insert(table, rows, options)),
    upsert: async (table, rows) => (writing("upsert", table), tx.upsert(table, rows)),
    update: async (table, changes) => (writing("update", table), tx.update(table, changes)),
    remove: async (table, keys) => (writing("remove", table), tx.remove(table, keys)),
    lock: async (names) => (at("lock"), tx.lock(names)),
    nextIds: async (sequence, count) => (at("nextIds"), tx.nextIds(sequence, count)),
  };
}
