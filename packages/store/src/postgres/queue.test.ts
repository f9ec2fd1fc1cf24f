import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { describeQueue } from "../../test/contract/queue-contract.ts";
import { actQueueOf, type Job, type Queue } from "../queue.ts";
import { freshDatabase, type TestDatabase } from "../testing/index.ts";
import { migrate } from "./migrate.ts";
import { bossQueue } from "./queue.ts";
import { postgresStore, type PostgresStore } from "./store.ts";

const ACT = actQueueOf(["vendor:lab"]);

interface Opened {
  readonly database: TestDatabase;
  readonly store: PostgresStore;
  readonly queue: Queue;
  readonly troubles: Error[];
  close(): Promise<void>;
}

async function open(): Promise<Opened> {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 4 });
  const troubles: Error[] = [];
  const queue = await bossQueue({ url: database.url, store, onError: (error) => troubles.push(error) });
  const close = async (): Promise<void> => {
    await queue.close();
    await store.close();
    await database.drop();
  };
  return { database, store, queue, troubles, close };
}

describeQueue("PostgreSQL", async () => ({ ...(await open()), now: () => Date.now(), pass: (ms) => sleep(ms) }));

describe("the PostgreSQL queue", () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());
  const rows = async (): Promise<readonly { state: string; retry_count: number }[]> =>
    (
      await opened.store.pool.query<{ state: string; retry_count: number }>(
        "select state::text, retry_count from pgboss.job where name like 'act/%'",
      )
    ).rows;
  /** A handler that runs until it is let go. */
  const held = (): {
    handle: (jobs: readonly Job[], signal: AbortSignal) => Promise<void>;
    begun: Promise<AbortSignal>;
    finish: () => void;
  } => {
    const begun = Promise.withResolvers<AbortSignal>();
    const end = Promise.withResolvers<undefined>();
    return {
      handle: async (_jobs, signal) => {
        begun.resolve(signal);
        await end.promise;
      },
      begun: begun.promise,
      finish: () => {
        end.resolve(undefined);
      },
    };
  };

  it("takes jobs in a transaction that began before their queue was made", async () => {
    const queue = actQueueOf(["vendor:new"]);
    await opened.store.transaction(async (tx) => {
      await tx.find("act_queues");
      await opened.queue.send(queue, [{ key: "a" }], tx);
    });
    expect(await rows()).toHaveLength(1);
  });

  it("is notified of jobs, and does not wait for its next look", async () => {
    const { url } = opened.database;
    const looksNever = await bossQueue({ url, store: opened.store, lookMs: 24 * 3_600_000 });
    const { handle, begun, finish } = held();
    const consumer = await looksNever.consume([ACT], { batch: 1, concurrency: 1 }, handle);
    // The look of a consumer that begins to wait is over by then.
    await sleep(100);
    await opened.queue.send(ACT, [{ key: "a" }]);
    await begun;
    finish();
    await consumer.stop();
    await looksNever.close();
  });

  it("deletes the row of a job that ended", async () => {
    const consumer = await opened.queue.consume([ACT], { batch: 1, concurrency: 1 }, () => Promise.resolve());
    await opened.queue.send(ACT, [{ key: "a" }]);
    await vi.waitFor(async () => {
      expect(await rows()).toEqual([]);
    }, 5_000);
    await consumer.stop();
  });

  it("does not touch a job that another worker has claimed meanwhile, and aborts its own handler", async () => {
    const { handle, begun, finish } = held();
    const consumer = await opened.queue.consume([ACT], { batch: 1, concurrency: 1 }, handle);
    await opened.queue.send(ACT, [{ key: "a" }]);
    const signal = await begun;
    // Each claim counts one up.
    await opened.store.pool.query("update pgboss.job set retry_count = retry_count + 1 where name like 'act/%'");
    await vi.waitFor(() => {
      expect(signal.aborted).toBe(true);
    }, 8_000);
    expect(signal.reason).toMatchObject({ message: expect.stringContaining("went to another worker") as string });
    finish();
    await consumer.stop();
    expect(await rows()).toEqual([{ state: "active", retry_count: 1 }]);
  });

  it("continues after its connections were cut", async () => {
    const seen: string[] = [];
    const consumer = await opened.queue.consume(
      [ACT],
      { batch: 1, concurrency: 1 },
      async (jobs) => void seen.push(...jobs.map(({ key }) => key)),
    );
    const client = new pg.Client({ connectionString: opened.database.url });
    await client.connect();
    const cut = await client.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where datname = current_database() and application_name = 'slipway-queue'`,
    );
    await client.end();
    expect(cut.rowCount).toBeGreaterThan(1);
    await vi.waitFor(() => opened.queue.send(ACT, [{ key: "a" }]), 5_000);
    await vi.waitFor(() => {
      expect(seen).toEqual(["a"]);
    }, 10_000);
    expect(opened.troubles.length).toBeGreaterThan(0);
    await consumer.stop();
  });

  it("limits the backoff of a job that failed often to the take-over time", async () => {
    await opened.queue.send(ACT, [{ key: "a" }]);
    await opened.store.pool.query("update pgboss.job set retry_count = 20 where name like 'act/%'");
    const consumer = await opened.queue.consume([ACT], { batch: 1, concurrency: 1 }, () =>
      Promise.reject(new Error("not yet")),
    );
    const pause = `select extract(epoch from start_after - clock_timestamp())::float8 as seconds from pgboss.job
       where name like 'act/%' and state = 'retry'`;
    const waits = async (): Promise<number | undefined> =>
      (await opened.store.pool.query<{ seconds: number }>(pause)).rows[0]?.seconds;
    const seconds = await vi.waitUntil(waits, 5_000);
    await consumer.stop();
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThanOrEqual(3);
  });

  it("is unavailable where no server listens", async () => {
    await expect(bossQueue({ url: "postgres://127.0.0.1:1/none", store: opened.store })).rejects.toMatchObject({
      name: "StoreError",
      kind: "unavailable",
    });
  });
});
