import { afterCommit } from "../after-commit.ts";
import type { Clock } from "../clock.ts";
import { pauseAfter, SILENCE_MS } from "../pace.ts";
import type { Consumer, Job, Queue, QueueName } from "../queue.ts";

/** Lets the simulation lose a job on its way, hold it up, or deliver it twice. */
export interface QueueFaults {
  lose?(queue: QueueName, job: Job): boolean;
  /** @returns for how many milliseconds the job is held up */
  delay?(queue: QueueName, job: Job): number;
  twice?(queue: QueueName, job: Job): boolean;
}

/** A job taken in. */
interface Held {
  readonly job: Job;
  readonly order: number;
  readonly after: number;
  readonly failures: number;
}

interface Surroundings {
  readonly clock: Clock;
  readonly faults?: QueueFaults | undefined;
}

/** Growing pauses are drawn at random in production, and always from the middle here: a run can be repeated. */
const DRAW = 0.5;

/** What one queue holds: of each key one job, waiting or active. */
class Line {
  readonly #waiting = new Map<string, Held>();
  readonly #active = new Map<string, Held>();
  readonly #clock: Clock;
  readonly #faults: QueueFaults | undefined;
  #orders = 0;
  readonly name: QueueName;
  /** Called when a job comes to wait. */
  readonly wakers = new Set<() => void>();

  constructor(name: QueueName, { clock, faults }: Surroundings) {
    this.name = name;
    this.#clock = clock;
    this.#faults = faults;
  }

  takeIn(jobs: readonly Job[]): void {
    for (const job of jobs) {
      const lost = this.#faults?.lose?.(this.name, job) === true;
      if (lost || this.#waiting.has(job.key) || this.#active.has(job.key)) continue;
      const delay = this.#faults?.delay?.(this.name, job) ?? 0;
      this.#put(job, Math.max(job.notBefore ?? 0, delay === 0 ? 0 : this.#clock.now() + delay), 0);
    }
  }

  /** Makes the most urgent jobs that may run now active, `batch` of them at most. */
  take(batch: number): readonly Held[] {
    const now = this.#clock.now();
    const ready = [...this.#waiting.values()].filter(({ after }) => after <= now);
    ready.sort((a, b) => (b.job.priority ?? 0) - (a.job.priority ?? 0) || a.order - b.order);
    const taken = ready.slice(0, batch);
    for (const held of taken) {
      this.#waiting.delete(held.job.key);
      this.#active.set(held.job.key, held);
    }
    return taken;
  }

  end({ job }: Held): void {
    this.#active.delete(job.key);
  }

  /** A job whose handler rejected, or whose worker died, waits again. */
  putBack(held: Held): void {
    this.end(held);
    this.#put(held.job, this.#clock.now() + pauseAfter(held.failures, DRAW), held.failures + 1);
  }

  /** @returns when the first of the waiting jobs may run, `Infinity` when none waits */
  earliest(): number {
    let earliest = Infinity;
    for (const { after } of this.#waiting.values()) earliest = Math.min(earliest, after);
    return earliest;
  }

  #put(job: Job, after: number, failures: number): void {
    this.#waiting.set(job.key, { job, order: this.#orders++, after, failures });
    for (const wake of this.wakers) wake();
  }
}

interface Consuming extends Surroundings {
  readonly batch: number;
  readonly concurrency: number;
  readonly handle: (jobs: readonly Job[], signal: AbortSignal) => Promise<void>;
}

/** The jobs of one call of a handler, all of one line. */
interface Taken {
  readonly line: Line;
  readonly held: readonly Held[];
}

/** Takes jobs from lines in turn and hands them on, for as many calls at a time as it was told. */
class LineConsumer implements Consumer {
  readonly #lineOf: (queue: QueueName) => Line;
  readonly #options: Consuming;
  readonly #dead = new AbortController();
  readonly #calls = new Map<Taken, Promise<void>>();
  /** The one whose turn it is first. */
  #lines: readonly Line[] = [];
  #ended = false;
  #alarm: number | undefined;

  constructor(lineOf: (queue: QueueName) => Line, options: Consuming) {
    this.#lineOf = lineOf;
    this.#options = options;
  }

  follow(queues: readonly QueueName[]): void {
    if (this.#ended) return;
    for (const line of this.#lines) line.wakers.delete(this.#pump);
    this.#lines = queues.map(this.#lineOf);
    for (const line of this.#lines) line.wakers.add(this.#pump);
    this.#pump();
  }

  async stop(options?: { readonly now?: boolean }): Promise<void> {
    this.follow([]);
    this.#ended = true;
    if (options?.now !== true) return void (await Promise.all(this.#calls.values()));
    if (this.#dead.signal.aborted) return;
    this.#dead.abort(new Error("the worker stops"));
    // As of a worker that died: its jobs come back once its heartbeats were missed.
    const lost = [...this.#calls.keys()];
    void this.#options.clock.sleep(SILENCE_MS).then(() => {
      for (const { line, held } of lost) for (const one of held) line.putBack(one);
    });
  }

  readonly #pump = (): void => {
    for (let empty = 0; empty < this.#lines.length && this.#calls.size < this.#options.concurrency;) {
      const [line, ...others] = this.#lines;
      if (line === undefined) break;
      this.#lines = [...others, line];
      const held = line.take(this.#options.batch);
      empty = held.length === 0 ? empty + 1 : 0;
      if (held.length > 0) this.#start({ line, held });
    }
    this.#wakeLater();
  };

  #start(taken: Taken): void {
    this.#calls.set(
      taken,
      this.#run(taken).finally(() => {
        this.#calls.delete(taken);
        this.#pump();
      }),
    );
  }

  /** Looks again when the first job that may not run yet may. */
  #wakeLater(): void {
    const { clock } = this.#options;
    const earliest = Math.min(...this.#lines.map((line) => line.earliest()));
    const set = this.#alarm !== undefined && this.#alarm <= earliest;
    if (earliest === Infinity || earliest <= clock.now() || set) return;
    this.#alarm = earliest;
    void clock.sleep(earliest - clock.now()).then(() => {
      this.#alarm = undefined;
      this.#pump();
    });
  }

  async #run({ line, held }: Taken): Promise<void> {
    const { handle, faults } = this.#options;
    const { signal } = this.#dead;
    // A handler never begins inside the call that sent its job.
    await Promise.resolve();
    const jobs = held.map(({ job, failures }): Job => (failures > 0 ? { ...job, again: true } : job));
    const again = jobs.filter((job) => faults?.twice?.(line.name, job) === true);
    const extra = again.length > 0 ? handle(again, signal).catch(() => undefined) : undefined;
    const failed = await handle(jobs, signal).then(
      () => false,
      () => true,
    );
    await extra;
    if (signal.aborted) return;
    for (const one of held) {
      if (failed) line.putBack(one);
      else line.end(one);
    }
  }
}

/** The queue in memory, on a clock that the simulation moves: the same promises as pg-boss, kept in a fixed order. */
export function memoryQueue(surroundings: Surroundings): Queue {
  const lines = new Map<QueueName, Line>();
  const lineOf = (name: QueueName): Line => {
    const line = lines.get(name) ?? new Line(name, surroundings);
    lines.set(name, line);
    return line;
  };
  const consumers = new Set<Consumer>();
  return {
    async send(queue, jobs, tx) {
      const takeIn = (): void => {
        lineOf(queue).takeIn(jobs);
      };
      if (tx === undefined) takeIn();
      else afterCommit(tx, takeIn);
    },
    async consume(queues, options, handle) {
      const consumer = new LineConsumer(lineOf, { ...surroundings, ...options, handle });
      consumers.add(consumer);
      consumer.follow(queues);
      return {
        follow: (names) => {
          consumer.follow(names);
        },
        stop: async (how) => {
          consumers.delete(consumer);
          await consumer.stop(how);
        },
      };
    },
    trouble: () => undefined,
    close: async () => void (await Promise.all([...consumers].map((consumer) => consumer.stop()))),
  };
}
