import type { Job as BossJob, PgBoss } from "pg-boss";
import type { Consumer, Job, QueueName } from "../queue.ts";
import { Bell } from "./queue-bell.ts";
import { JobEnds } from "./queue-ends.ts";

/** Between two heartbeats of the running jobs: after three missed ones their worker counts as dead. */
const TOUCH_MS = 3_000;
/** After a fetch that failed, before the next. */
const PAUSE_MS = 500;
/** Fetches that fail one after another before it is said: one alone is a connection that is opened again. */
const FAILED_FETCHES = 3;

/** The ids of the claims that a heartbeat found: pg-boss answers with them, though its type does not say so. */
const foundBy = (answer: unknown): ReadonlySet<unknown> | undefined =>
  typeof answer === "object" && answer !== null && "settled" in answer && Array.isArray(answer.settled)
    ? new Set<unknown>(answer.settled)
    : undefined;

type Fetched = BossJob<Job>;

/** One call of a handler, with the jobs it was given. */
interface Call {
  readonly queue: QueueName;
  readonly jobs: readonly Fetched[];
  readonly lost: AbortController;
}

export interface ConsumerParts {
  readonly boss: PgBoss;
  readonly batch: number;
  readonly concurrency: number;
  readonly handle: (jobs: readonly Job[], signal: AbortSignal) => Promise<void>;
  /** Hears that a job that was handed back waits for its time. */
  readonly onWait: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Fetches jobs and hands them on, for as many calls at a time as it was told. It is not pg-boss's own
 * `work()`, whose workers fetch one by one: here one fetch fills every free place. Queues that have
 * jobs are asked in turn, and none that is not known to have any: whoever knows calls `wake`.
 *
 * A job that ended is removed, not kept as completed, so the table holds what is to be done and no
 * more; those that end together are removed together. Ends and heartbeats name the attempt that was
 * fetched: after a claim has lapsed they touch nothing, and the call whose job was lost is aborted.
 */
export class BossConsumer implements Consumer {
  readonly #parts: ConsumerParts;
  readonly #dead = new AbortController();
  readonly #calls = new Map<Call, Promise<void>>();
  readonly #bell = new Bell();
  readonly #ends: JobEnds<Fetched>;
  readonly #beating: NodeJS.Timeout;
  readonly #working: Promise<void>;
  /** Of each queue, how many of its last fetches failed one after another. */
  readonly #failedFetches = new Map<QueueName, number>();
  /** The one whose turn it is first. */
  #queues: readonly QueueName[] = [];
  /** Those of them that may have jobs, the one whose turn it is first. */
  readonly #ready = new Set<QueueName>();
  #ending = false;
  #stopped: Promise<void> | undefined;

  constructor(parts: ConsumerParts) {
    this.#parts = parts;
    this.#ends = new JobEnds((queue, jobs) => this.#tell(parts.boss.deleteJob(queue, [...jobs])));
    this.#beating = setInterval(() => void this.#beat(), TOUCH_MS);
    this.#working = this.#work();
  }

  follow(queues: readonly QueueName[]): void {
    const before = this.#queues;
    this.#queues = queues;
    for (const known of [this.#ready, this.#failedFetches])
      for (const queue of known.keys()) if (!queues.includes(queue)) known.delete(queue);
    for (const queue of queues) if (!before.includes(queue)) this.wake(queue);
  }

  /** Has it look for jobs of a queue now; of every queue without one. */
  wake(queue?: string): void {
    for (const name of this.#queues) if (queue === undefined || queue === name) this.#ready.add(name);
    this.#bell.ring();
  }

  /** Why no work comes in; undefined while fetches succeed. */
  get trouble(): string | undefined {
    const failing = [...this.#failedFetches].find(([, failed]) => failed >= FAILED_FETCHES);
    return failing === undefined
      ? undefined
      : `the last ${String(failing[1])} fetches from the queue ${failing[0]} failed`;
  }

  stop(options?: { readonly now?: boolean }): Promise<void> {
    this.#ending = true;
    this.#bell.ring();
    if (options?.now === true) {
      clearInterval(this.#beating);
      this.#dead.abort(new Error("the worker stops"));
    }
    this.#stopped ??= this.#working.then(async () => {
      if (!this.#dead.signal.aborted) await Promise.all(this.#calls.values());
      clearInterval(this.#beating);
    });
    return options?.now === true ? this.#working : this.#stopped;
  }

  async #work(): Promise<void> {
    const { batch, concurrency } = this.#parts;
    while (!this.#ending) {
      const room = concurrency - this.#calls.size;
      const queue = room === 0 ? undefined : this.#next();
      if (queue !== undefined) {
        const size = batch === 1 ? room : batch;
        const fetched = await this.#fetch(queue, size);
        if (this.#dead.signal.aborted) return;
        if (fetched === undefined) {
          if (this.#queues.includes(queue)) this.#ready.add(queue);
          await this.#bell.wait(PAUSE_MS);
          continue;
        }
        if (batch === 1) for (const job of fetched) this.#start(queue, [job]);
        else if (fetched.length > 0) this.#start(queue, fetched);
        if (fetched.length === size && this.#queues.includes(queue)) this.#ready.add(queue);
      }
      if (this.#calls.size >= concurrency || this.#ready.size === 0) await this.#bell.wait();
    }
  }

  async #fetch(queue: QueueName, size: number): Promise<readonly Fetched[] | undefined> {
    const fetched = await this.#tell(this.#parts.boss.fetch<Job>(queue, { batchSize: size }));
    if (fetched === undefined) this.#failedFetches.set(queue, (this.#failedFetches.get(queue) ?? 0) + 1);
    else this.#failedFetches.delete(queue);
    return fetched;
  }

  /** The queue to ask now, whose turn is then over. */
  #next(): QueueName | undefined {
    const [queue] = this.#ready;
    if (queue === undefined) return undefined;
    this.#ready.delete(queue);
    this.#queues = [...this.#queues.filter((name) => name !== queue), queue];
    return queue;
  }

  #start(queue: QueueName, jobs: readonly Fetched[]): void {
    const call: Call = { queue, jobs, lost: new AbortController() };
    this.#calls.set(
      call,
      this.#run(call).finally(() => {
        this.#calls.delete(call);
        this.#bell.ring();
      }),
    );
  }

  async #run({ queue, jobs, lost }: Call): Promise<void> {
    const { boss, handle } = this.#parts;
    const dead = this.#dead.signal;
    try {
      await handle(
        jobs.map(({ data, retryCount }): Job => (retryCount > 0 ? { ...data, again: true } : data)),
        AbortSignal.any([dead, lost.signal]),
      );
      if (!dead.aborted) await this.#ends.add(queue, jobs);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!dead.aborted) await this.#tell(boss.fail(queue, [...jobs], { message }));
      this.#parts.onWait();
    }
  }

  /** Sends the heartbeat of the running jobs, and aborts the calls whose jobs went to another worker. */
  async #beat(): Promise<void> {
    const held = [...this.#calls.keys()].filter(({ lost }) => !lost.signal.aborted);
    for (const [queue, calls] of Map.groupBy(held, (call) => call.queue)) {
      const jobs = calls.flatMap((call) => call.jobs);
      const ours = foundBy(await this.#tell(this.#parts.boss.touch(queue, jobs)));
      if (ours === undefined) continue;
      // A call that ended meanwhile has given up its jobs itself.
      for (const call of calls)
        if (this.#calls.has(call) && !call.jobs.every(({ id }) => ours.has(id)))
          call.lost.abort(new Error("its heartbeats were missed and its jobs went to another worker"));
    }
  }

  /** A call of pg-boss that fails is reported and not repeated: the job comes again when its heartbeats are missed. */
  #tell<T>(what: Promise<T>): Promise<T | undefined> {
    return what.catch((error: unknown) => {
      this.#parts.onError(error);
      return undefined;
    });
  }
}
