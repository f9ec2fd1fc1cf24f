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

/** What one queue holds: of each key one job, waiting or active. */
interface Line {
  readonly waiting: Map<string, Held>;
  readonly active: Map<string, Held>;
  readonly pumps: Set<() => void>;
}

/** Nothing is left to chance here. */
const DRAW = 0.5;
const newLine = (): Line => ({ waiting: new Map(), active: new Map(), pumps: new Set() });

/** The queue in memory, on a clock that the simulation moves: the same promises as pg-boss, kept in a fixed order. */
export function memoryQueue({
  clock,
  faults,
}: {
  readonly clock: Clock;
  readonly faults?: QueueFaults | undefined;
}): Queue {
  const lines: Record<QueueName, Line> = { tick: newLine(), act: newLine() };
  const consumers = new Set<Consumer>();
  let orders = 0;

  function put({ waiting, pumps }: Line, job: Job, after: number, failures: number): void {
    waiting.set(job.key, { job, order: orders++, after, failures });
    for (const pump of pumps) pump();
  }

  function take({ waiting, active }: Line, batch: number): Held[] {
    const now = clock.now();
    const ready = [...waiting.values()].filter(({ after }) => after <= now);
    ready.sort((a, b) => (b.job.priority ?? 0) - (a.job.priority ?? 0) || a.order - b.order);
    const taken = ready.slice(0, batch);
    for (const held of taken) {
      waiting.delete(held.job.key);
      active.set(held.job.key, held);
    }
    return taken;
  }

  /** A job whose handler rejected, or whose worker died, waits again. */
  function putBack(line: Line, { job, failures }: Held): void {
    line.active.delete(job.key);
    put(line, job, clock.now() + pauseAfter(failures, DRAW), failures + 1);
  }

  return {
    async send(queue, jobs, tx) {
      const line = lines[queue];
      const takeIn = (): void => {
        for (const job of jobs) {
          if (faults?.lose?.(queue, job) === true || line.waiting.has(job.key) || line.active.has(job.key)) continue;
          const delay = faults?.delay?.(queue, job) ?? 0;
          put(line, job, Math.max(job.notBefore ?? 0, delay === 0 ? 0 : clock.now() + delay), 0);
        }
      };
      if (tx === undefined) takeIn();
      else afterCommit(tx, takeIn);
    },
    async consume(queue, { batch, concurrency }, handle) {
      const line = lines[queue];
      const dead = new AbortController();
      const calls = new Map<readonly Held[], Promise<void>>();
      let ended = false;
      let alarm: number | undefined;

      const pump = (): void => {
        while (!ended && calls.size < concurrency) {
          const held = take(line, batch);
          if (held.length === 0) break;
          calls.set(
            held,
            run(held).finally(() => {
              calls.delete(held);
              pump();
            }),
          );
        }
        if (!ended) wakeLater();
      };
      /** Looks again when the first job that may not run yet may. */
      const wakeLater = (): void => {
        let earliest = Infinity;
        for (const { after } of line.waiting.values()) earliest = Math.min(earliest, after);
        if (earliest === Infinity || earliest <= clock.now() || (alarm !== undefined && alarm <= earliest)) return;
        alarm = earliest;
        void clock.sleep(earliest - clock.now()).then(() => {
          alarm = undefined;
          pump();
        });
      };

      async function run(held: readonly Held[]): Promise<void> {
        // A handler never begins inside the call that sent its job.
        await Promise.resolve();
        const jobs = held.map(({ job }) => job);
        const again = jobs.filter((job) => faults?.twice?.(queue, job) === true);
        const extra = again.length > 0 ? handle(again, dead.signal).catch(() => undefined) : undefined;
        const failed = await handle(jobs, dead.signal).then(
          () => false,
          () => true,
        );
        await extra;
        if (dead.signal.aborted) return;
        for (const one of held) {
          if (failed) putBack(line, one);
          else line.active.delete(one.job.key);
        }
      }

      const consumer: Consumer = {
        async stop(options) {
          ended = true;
          line.pumps.delete(pump);
          consumers.delete(consumer);
          if (options?.now !== true) return void (await Promise.all(calls.values()));
          if (dead.signal.aborted) return;
          dead.abort(new Error("the worker stops"));
          // Nobody says that this worker died: its jobs come back when its heartbeats are missed.
          const lost = [...calls.keys()].flat();
          void clock.sleep(SILENCE_MS).then(() => {
            for (const held of lost) putBack(line, held);
          });
        },
      };
      consumers.add(consumer);
      line.pumps.add(pump);
      pump();
      return consumer;
    },
    close: async () => void (await Promise.all([...consumers].map((consumer) => consumer.stop()))),
  };
}
