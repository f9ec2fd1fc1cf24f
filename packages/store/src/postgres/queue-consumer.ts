import type { Job as BossJob, PgBoss } from "pg-boss";
import type { Consumer, Job, QueueName } from "../queue.ts";
import { Bell } from "./queue-bell.ts";

/** Between two heartbeats of the jobs in hand: three may be missed before one is taken for dead. */
const TOUCH_MS = 3_000;
/** Between two looks while no notification comes: finds jobs whose time has come, and those of a lost notification. */
const POLL_MS = 500;

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

export interface Wakeable extends Consumer {
  /** Has it look for jobs now. */
  wake(): void;
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
export function consumeFrom({ boss, queue, batch, concurrency, handle, onError }: ConsumerParts): Wakeable {
  const dead = new AbortController();
  const calls = new Map<Call, Promise<void>>();
  const bell = new Bell();
  let ending = false;
  let stopped: Promise<void> | undefined;

  /** What cannot be said now is not said: the job comes again when its heartbeats are missed. */
  const tell = <T>(what: Promise<T>): Promise<T | undefined> =>
    what.catch((error: unknown) => {
      onError(error);
      return undefined;
    });

  async function run({ jobs, lost }: Call): Promise<void> {
    try {
      await handle(
        jobs.map(({ data }) => data),
        AbortSignal.any([dead.signal, lost.signal]),
      );
      if (!dead.signal.aborted) await tell(boss.deleteJob(queue, [...jobs]));
    } catch (error) {
      if (!dead.signal.aborted)
        await tell(boss.fail(queue, [...jobs], { message: error instanceof Error ? error.message : String(error) }));
    }
  }

  function start(jobs: readonly Fetched[]): void {
    const call: Call = { jobs, lost: new AbortController() };
    calls.set(
      call,
      run(call).finally(() => {
        calls.delete(call);
        bell.ring();
      }),
    );
  }

  async function beat(): Promise<void> {
    const held = [...calls.keys()].filter(({ lost }) => !lost.signal.aborted);
    if (held.length === 0) return;
    const ours = foundBy(
      await tell(
        boss.touch(
          queue,
          held.flatMap(({ jobs }) => jobs),
        ),
      ),
    );
    if (ours === undefined) return;
    // A call that has ended meanwhile is no longer ours by right.
    for (const call of held)
      if (calls.has(call) && !call.jobs.every(({ id }) => ours.has(id)))
        call.lost.abort(new Error("its heartbeats were missed and its jobs went to another worker"));
  }

  async function work(): Promise<void> {
    while (!ending) {
      const room = concurrency - calls.size;
      const size = batch === 1 ? room : batch;
      const fetched = room === 0 ? [] : ((await tell(boss.fetch<Job>(queue, { batchSize: size }))) ?? []);
      if (dead.signal.aborted) return;
      if (batch === 1) for (const job of fetched) start([job]);
      else if (fetched.length > 0) start(fetched);
      if (calls.size >= concurrency || fetched.length < size) await bell.wait(POLL_MS);
    }
  }

  const beating = setInterval(() => void beat(), TOUCH_MS);
  const working = work();
  return {
    wake: () => {
      bell.ring();
    },
    stop(options) {
      ending = true;
      bell.ring();
      if (options?.now === true) {
        clearInterval(beating);
        dead.abort(new Error("the worker stops"));
      }
      stopped ??= working.then(async () => {
        if (!dead.signal.aborted) await Promise.all(calls.values());
        clearInterval(beating);
      });
      return options?.now === true ? working : stopped;
    },
  };
}
