import { PgBoss } from "pg-boss";
import type { Consumer, Job, Queue, QueueName } from "../queue.ts";
import type { PostgresStore } from "./store.ts";

/** A worker that has not been heard of for this long is dead, and its jobs go to others. */
const HEARTBEAT_SECONDS = 10;
const TOUCH_MS = 3_000;
/** Between two looks while there is nothing to do. */
const POLL_MS = 200;

/**
 * The queue on pg-boss. Its policy `exclusive` takes in one job per key, waiting or running; a send
 * that meets a running one is dropped, which the sweep over `due_at` makes good within a second.
 *
 * @param onError hears of what pg-boss reports and of polls that fail; both go on by themselves
 */
export async function bossQueue({ url, store, onError = () => undefined }: { readonly url: string; readonly store: PostgresStore; readonly onError?: (error: Error) => void }): Promise<Queue> {
  const boss = new PgBoss({ connectionString: url, application_name: "slipway-queue", max: 6, schedule: false, superviseIntervalSeconds: 1, monitorIntervalSeconds: 2, maintenanceIntervalSeconds: 60, warningQueueSize: 10_000_000 });
  boss.on("error", onError);
  await boss.start();
  for (const queue of ["tick", "act"] satisfies QueueName[]) {
    await boss.createQueue(queue, { policy: "exclusive", heartbeatSeconds: HEARTBEAT_SECONDS, expireInSeconds: 23 * 3_600, retryLimit: 1_000_000, retryDelay: 1, retryBackoff: true, retryDelayMax: 60, deleteAfterSeconds: 60 });
  }
  const consumers = new Set<Consumer>();
  return {
    async send(queue, jobs, tx) {
      if (jobs.length === 0) return;
      const unique = [...new Map(jobs.map((job) => [job.key, job])).values()];
      await boss.insert(
        queue,
        unique.map(({ key, priority = 0, notBefore }) => ({ singletonKey: key, data: { key }, priority, ...(notBefore === undefined ? {} : { startAfter: new Date(notBefore) }) })),
        tx === undefined ? {} : { db: store.sqlOf(tx) },
      );
    },
    async consume(queue, options, handle) {
      const consumer = consumeFrom(boss, queue, options, handle, onError);
      consumers.add(consumer);
      return consumer;
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await boss.stop({ graceful: false, close: true });
    },
  };
}

function consumeFrom(boss: PgBoss, queue: QueueName, { batch, concurrency }: { readonly batch: number; readonly concurrency: number }, handle: (jobs: readonly Job[], signal: AbortSignal) => Promise<void>, onError: (error: Error) => void): Consumer {
  const dead = new AbortController();
  const running = new Set<Promise<void>>();
  const held = new Set<string>();
  let stopped = false;
  let wake = (): void => undefined;

  async function run(fetched: readonly { readonly id: string; readonly data: { readonly key: string } }[]): Promise<void> {
    const ids = fetched.map(({ id }) => id);
    for (const id of ids) held.add(id);
    try {
      await handle(fetched.map(({ data }) => ({ key: data.key })), dead.signal);
      if (!dead.signal.aborted) await settle(() => boss.complete(queue, ids));
    } catch (error) {
      if (!dead.signal.aborted) await settle(() => boss.fail(queue, ids, { message: error instanceof Error ? error.message : String(error) }));
    } finally {
      for (const id of ids) held.delete(id);
      wake();
    }
  }

  /** A job whose end cannot be said comes again after its heartbeat, which handlers allow for. */
  async function settle(end: () => Promise<unknown>): Promise<void> {
    await end().catch((error: unknown) => { onError(error as Error); });
  }

  const touching = setInterval(() => {
    if (held.size > 0) void settle(() => boss.touch(queue, [...held]));
  }, TOUCH_MS);

  async function poll(): Promise<void> {
    while (!stopped) {
      const room = concurrency - running.size;
      let fetched: { id: string; data: { key: string } }[] = [];
      if (room > 0) fetched = await boss.fetch<{ key: string }>(queue, { batchSize: batch === 1 ? room : batch }).catch((error: unknown) => { onError(error as Error); return []; });
      for (const group of batch === 1 ? fetched.map((job) => [job]) : fetched.length > 0 ? [fetched] : []) {
        const one: Promise<void> = run(group).finally(() => running.delete(one));
        running.add(one);
      }
      if (running.size >= concurrency || fetched.length === 0) await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => { clearTimeout(timer); resolve(); };
      });
    }
  }
  const polling = poll();
  return {
    async stop(options) {
      if (stopped) return;
      stopped = true;
      wake();
      if (options?.now === true) dead.abort(new Error("the worker stops"));
      await polling;
      if (options?.now !== true) await Promise.all(running);
      clearInterval(touching);
    },
  };
}
