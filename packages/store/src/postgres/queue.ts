import { type JobInsert, PgBoss, type Queue as BossQueue } from "pg-boss";
import { LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS, SILENCE_MS } from "../pace.ts";
import type { Consumer, Job, Queue, QueueName } from "../queue.ts";
import { hurriedConnection, TIMEOUTS, type Timeouts } from "./connection.ts";
import { translated } from "./errors.ts";
import { BossConsumer } from "./queue-consumer.ts";
import { QueueWatch } from "./queue-watch.ts";
import type { PostgresStore } from "./store.ts";

const SCHEMA = "pgboss";
/**
 * Only missed heartbeats end a running job: an act may take half an hour, so it expires much later (pg-boss allows
 * at most a day), and retries do not run out.
 */
const OPTIONS: Omit<BossQueue, "name" | "policy" | "partition" | "deadLetter"> = {
  heartbeatSeconds: SILENCE_MS / 1_000,
  expireInSeconds: 23 * 3_600,
  retryLimit: 1_000_000,
  retryDelay: SHORTEST_PAUSE_MS / 1_000,
  retryBackoff: true,
  retryDelayMax: LONGEST_PAUSE_MS / 1_000,
  notify: true,
};

/**
 * The queue on pg-boss.
 *
 * Its policy is `exclusive`: one job per key, waiting or running, and a send that meets one is
 * dropped without an error, also the send of a handler for its own key and also inside a transaction.
 * That is what the port says, and no work is lost by it: whoever sends has written `due_at` or an
 * open intent, and the sweep sends again what is due. The policy `stately` would take in one
 * job behind the running one; but then every sweep during a long act would queue a repeat, each fetch
 * would look for active keys row by row, and a rejected job that meets a waiting one would fail for good.
 *
 * Workers are woken by LISTEN/NOTIFY over a connection of their own, and look besides ({@link QueueWatch}).
 *
 * @param onError is told of lost connections and of polls that failed; the queue goes on by itself
 * @param timeouts of its connections, where not as usual
 * @param lookMs between two looks for jobs whose notification was lost, where not as usual
 * @throws StoreError `unavailable` when nobody answers, `busy` when others held what it needs for too long, here and from `send`
 */
export async function bossQueue({
  url,
  store,
  timeouts = {},
  onError = () => undefined,
  lookMs,
}: {
  readonly url: string;
  readonly store: PostgresStore;
  readonly timeouts?: Partial<Timeouts>;
  readonly onError?: (error: Error) => void;
  readonly lookMs?: number;
}): Promise<Queue> {
  const boss = bossAt(url, timeouts);
  const trouble = (error: unknown): void => {
    onError(error instanceof Error ? error : new Error(String(error)));
  };
  boss.on("error", trouble);
  const consumers = new Set<BossConsumer>();
  const made = queuesOf(boss);
  const wake = (queue?: string): void => {
    for (const consumer of consumers) consumer.wake(queue);
  };
  const listener = await begin(boss, wake).catch((error: unknown) => {
    throw translated(error);
  });
  const watch = new QueueWatch({ boss, schema: SCHEMA, wake, onError: trouble, lookMs });
  return {
    send: sender({ boss, store, made, watch }),
    async consume(queues, options, handle) {
      const onWait = (): void => {
        watch.lookNow();
      };
      const consumer = new BossConsumer({ boss, ...options, handle, onWait, onError: trouble });
      consumers.add(consumer);
      const follow = following(consumer, made, trouble);
      follow(queues);
      return {
        follow,
        stop: async (how) => {
          await consumer.stop(how);
          consumers.delete(consumer);
        },
      };
    },
    trouble() {
      for (const consumer of consumers) if (consumer.trouble !== undefined) return consumer.trouble;
      return undefined;
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await watch.stop();
      await listener?.close();
      await boss.stop({ graceful: false, close: true });
    },
  };
}

/** Sends jobs over pg-boss, in the store's transaction where one is given. */
const sender =
  ({
    boss,
    store,
    made,
    watch,
  }: {
    readonly boss: PgBoss;
    readonly store: PostgresStore;
    readonly made: (queues: readonly QueueName[]) => Promise<void>;
    readonly watch: QueueWatch;
  }): Queue["send"] =>
  async (queue, jobs, tx) => {
    if (jobs.length === 0) return;
    const options = tx === undefined ? {} : { db: store.sqlOf(tx) };
    await made([queue])
      .then(() => boss.insert(queue, rowsOf(jobs), options))
      .catch((error: unknown) => {
        throw translated(error);
      });
    if (jobs.some(({ notBefore }) => notBefore !== undefined)) watch.lookNow();
  };

/** pg-boss on a database, not yet started. */
const bossAt = (url: string, timeouts: Partial<Timeouts>): PgBoss =>
  new PgBoss({
    ...hurriedConnection(url, { ...TIMEOUTS, ...timeouts }),
    schema: SCHEMA,
    application_name: "slipway-queue",
    max: 6,
    schedule: false,
    supervise: false,
    monitorIntervalSeconds: 1,
    warningQueueSize: 10_000_000,
  });

/** Makes pg-boss's tables where they are not there yet, and listens for the jobs that others send. */
async function begin(boss: PgBoss, wake: (queue?: string) => void): Promise<{ close(): Promise<void> } | undefined> {
  await boss.start();
  await giveClock(boss);
  // The channel's name is pg-boss's own, see notifyChannelSql in its plans.
  const { rows } = await boss
    .getDb()
    .executeSql("select 'pgboss_' || left(encode(sha224($1::bytea), 'hex'), 24) as channel", [SCHEMA]);
  const [row] = rows as readonly { readonly channel: string }[];
  return row === undefined ? undefined : boss.getDb().listen?.(row.channel, wake, wake);
}

/** Makes queues where they are not there yet, each once in this process. */
function queuesOf(boss: PgBoss): (queues: readonly QueueName[]) => Promise<void> {
  const making = new Map<QueueName, Promise<void>>();
  const make = async (queue: QueueName): Promise<void> => {
    await boss.createQueue(queue, { policy: "exclusive", ...OPTIONS });
    await boss.updateQueue(queue, OPTIONS);
  };
  return async (queues) => {
    for (const queue of queues) {
      const made = making.get(queue) ?? make(queue);
      making.set(queue, made);
      await made.catch((error: unknown) => {
        making.delete(queue);
        throw error;
      });
    }
  };
}

/** Has a consumer follow queues once they are made; of two calls the later one holds, whichever is done first. */
function following(
  consumer: BossConsumer,
  made: (queues: readonly QueueName[]) => Promise<void>,
  onError: (error: unknown) => void,
): Consumer["follow"] {
  let wanted: readonly QueueName[] = [];
  return (queues) => {
    wanted = queues;
    made(queues).then(() => {
      if (wanted === queues) consumer.follow(queues);
    }, onError);
  };
}

/** Rows of pg-boss, one per key, in one order everywhere: two sends of the same keys wait and never deadlock. */
function rowsOf(jobs: readonly Job[]): JobInsert<Job>[] {
  const once = [...new Map(jobs.map((job) => [job.key, job])).values()];
  once.sort((a, b) => (a.key < b.key ? -1 : 1));
  return once.map((job) => ({
    singletonKey: job.key,
    data: job,
    priority: job.priority ?? 0,
    ...(job.notBefore === undefined ? {} : { startAfter: new Date(job.notBefore) }),
  }));
}

/** pg-boss's own function of the time. */
const JOB_NOW = `${SCHEMA}.job_now`;
/**
 * PostgreSQL does not inline a function that reads a row, so pg-boss's function is replaced only where the store's
 * clock is set to another time; elsewhere its own now() is the same.
 */
async function giveClock(boss: PgBoss): Promise<void> {
  const db = boss.getDb();
  const { rows } = await db.executeSql(
    `select (select rate <> 1 or offset_ms <> 0 from slipway_clock) as mapped,
      (select prosrc like '%slipway_now%' from pg_proc where oid = '${JOB_NOW}()'::regprocedure) as given`,
  );
  const [{ mapped, given }] = rows as unknown as readonly [{ readonly mapped: boolean; readonly given: boolean }];
  if (mapped === given) return;
  const body = mapped ? "select slipway_now();" : "SELECT pg_catalog.now();";
  await db.executeSql(
    `create or replace function ${JOB_NOW}() returns timestamptz as $$ ${body} $$ language sql stable`,
  );
}
