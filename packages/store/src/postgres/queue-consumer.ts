import type { Job as BossJob, PgBoss } from "pg-boss";
import type { Consumer, Job, QueueName } from "../queue.ts";
import { Bell } from "./queue-bell.ts";

/** Between two heartbeats of the jobs in hand: three may be missed before one is taken for dead. */
const TOUCH_MS = 3_000;
/** Between two looks while no notification comes: finds jobs whose time has come, and those of a lost notification. */
const POLL_MS = 500;
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
  readonly jobs: readonly Fetched[];
  readonly lost: AbortController;
}

export interface ConsumerParts {
  readonly boss: PgBoss;
  readonly queue: QueueName;
  readonly batch: number;
  readonly concurrency: number;
  readonly handle: (jobs: readonly Job[], signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * Fetches jobs and hands them on, for as many calls at a time as it was told. It is not pg-boss's own
 * `work()`, whose workers fetch one by one: here one fetch fills every free place.
 *
 * A job that ended is removed, not kept as completed, so the table holds what is to be done and no
 * more. Ends and heartbeats name the attempt that was fetched: after a claim has lapsed they touch
 * nothing, and the call whose job was lost is aborted.
 */
export class BossConsumer implements Consumer {
  readonly #parts: ConsumerParts;
  readonly #dead = new AbortController();
  readonly #calls = new Map<Call, Promise<void>>();
  readonly #bell = new Bell();
  readonly #beating: NodeJS.Timeout;
  readonly #working: Promise<void>;
  #failedFetches = 0;
  #ending = false;
  #stopped: Promise<void> | undefined;

  constructor(parts: ConsumerParts) {
    this.#parts = parts;
    this.#beating = setInterval(() => void this.#beat(), TOUCH_MS);
    this.#working = this.#work();
  }

  /** Has it look for jobs now. */
  wake(): void {
    this.#bell.ring();
  }

  /** Why no work comes in; undefined while fetches succeed. */
  get trouble(): string | undefined {
    return this.#failedFetches < FAILED_FETCHES
      ? undefined
      : `the last ${String(this.#failedFetches)} fetches from the queue ${this.#parts.queue} failed`;
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
      const size = batch === 1 ? room : batch;
      const fetched = room === 0 ? [] : await this.#fetch(size);
      if (this.#dead.signal.aborted) return;
      if (batch === 1) for (const job of fetched) this.#start([job]);
      else if (fetched.length > 0) this.#start(fetched);
      if (this.#calls.size >= concurrency || fetched.length < size) await this.#bell.wait(POLL_MS);
    }
  }

  async #fetch(size: number): Promise<readonly Fetched[]> {
    const { boss, queue } = this.#parts;
    const fetched = await this.#tell(boss.fetch<Job>(queue, { batchSize: size }));
    this.#failedFetches = fetched === undefined ? this.#failedFetches + 1 : 0;
    return fetched ?? [];
  }

  #start(jobs: readonly Fetched[]): void {
    const call: Call = { jobs, lost: new AbortController() };
    this.#calls.set(
      call,
      this.#run(call).finally(() => {
        this.#calls.delete(call);
        this.#bell.ring();
      }),
    );
  }

  async #run({ jobs, lost }: Call): Promise<void> {
    const { boss, queue, handle } = this.#parts;
    const dead = this.#dead.signal;
    try {
      await handle(
        jobs.map(({ data }) => data),
        AbortSignal.any([dead, lost.signal]),
      );
      if (!dead.aborted) await this.#tell(boss.deleteJob(queue, [...jobs]));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!dead.aborted) await this.#tell(boss.fail(queue, [...jobs], { message }));
    }
  }

  /** Says of the jobs in hand that their worker lives, and aborts the calls whose jobs went to another. */
  async #beat(): Promise<void> {
    const held = [...this.#calls.keys()].filter(({ lost }) => !lost.signal.aborted);
    if (held.length === 0) return;
    const jobs = held.flatMap((call) => call.jobs);
    const ours = foundBy(await this.#tell(this.#parts.boss.touch(this.#parts.queue, jobs)));
    if (ours === undefined) return;
    // A call that ended meanwhile has let go of its jobs by itself.
    for (const call of held)
      if (this.#calls.has(call) && !call.jobs.every(({ id }) => ours.has(id)))
        call.lost.abort(new Error("its heartbeats were missed and its jobs went to another worker"));
  }

  /** What cannot be said now is not said: the job comes again when its heartbeats are missed. */
  #tell<T>(what: Promise<T>): Promise<T | undefined> {
    return what.catch((error: unknown) => {
      this.#parts.onError(error);
      return undefined;
    });
  }
}
