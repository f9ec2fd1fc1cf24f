import type { Clock } from "../clock.ts";
import type { Job, Queue, QueueName } from "../queue.ts";
import { afterCommit } from "../after-commit.ts";

/** Lets the simulation lose a job on its way, or deliver it twice. */
export interface QueueFaults {
  lose?(queue: QueueName, job: Job): boolean;
  twice?(queue: QueueName, job: Job): boolean;
}

interface Held {
  readonly job: Job;
  readonly order: number;
  readonly after: number;
  readonly failures: number;
}

const HEARTBEAT_MS = 10_000;

/** The queue in memory, on a clock that the simulation moves: the same promises as pg-boss, kept in a fixed order. */
export function memoryQueue({ clock, faults }: { readonly clock: Clock; readonly faults?: QueueFaults | undefined }): Queue {
  const waiting: Record<QueueName, Map<string, Held>> = { tick: new Map(), act: new Map() };
  const active: Record<QueueName, Set<string>> = { tick: new Set(), act: new Set() };
  const pumps: Record<QueueName, Set<() => void>> = { tick: new Set(), act: new Set() };
  let orders = 0;

  function enqueue(queue: QueueName, job: Job, after: number, failures: number): void {
    if (waiting[queue].has(job.key)) return;
    waiting[queue].set(job.key, { job, order: orders++, after, failures });
    for (const pump of pumps[queue]) pump();
  }

  function take(queue: QueueName, batch: number): Held[] {
    const now = clock.now();
    const ready = [...waiting[queue].values()].filter(({ job, after }) => after <= now && !active[queue].has(job.key));
    ready.sort((a, b) => (b.job.priority ?? 0) - (a.job.priority ?? 0) || a.order - b.order);
    const taken = ready.slice(0, batch);
    for (const { job } of taken) {
      waiting[queue].delete(job.key);
      active[queue].add(job.key);
    }
    return taken;
  }

  return {
    async send(queue, jobs, tx) {
      const put = (): void => {
        for (const job of jobs) if (faults?.lose?.(queue, job) !== true) enqueue(queue, job, job.notBefore ?? 0, 0);
      };
      if (tx === undefined) put();
      else afterCommit(tx, put);
    },
    async consume(queue, { batch, concurrency }, handle) {
      const dead = new AbortController();
      const running = new Set<Promise<void>>();
      let ended = false;
      let alarm: number | undefined;

      const pump = (): void => {
        while (!ended && running.size < concurrency) {
          const held = take(queue, batch);
          if (held.length === 0) break;
          const one: Promise<void> = run(held).finally(() => {
            running.delete(one);
            pump();
          });
          running.add(one);
        }
        if (!ended) wakeLater();
      };
      /** Looks again when the first job that may not run yet may. */
      const wakeLater = (): void => {
        let earliest = Infinity;
        for (const { job, after } of waiting[queue].values()) if (!active[queue].has(job.key)) earliest = Math.min(earliest, after);
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
        const failed = await handle(jobs, dead.signal).then(() => false, () => true);
        await extra;
        if (dead.signal.aborted) return;
        for (const { job, failures } of held) {
          active[queue].delete(job.key);
          if (failed) enqueue(queue, job, clock.now() + Math.min(60_000, 1_000 * 2 ** failures), failures + 1);
        }
      }

      pumps[queue].add(pump);
      pump();
      return {
        async stop(options) {
          ended = true;
          pumps[queue].delete(pump);
          if (options?.now !== true) return void (await Promise.all(running));
          dead.abort();
          // Nobody says that this worker died: its jobs come back when its heartbeats are missed.
          const lost = [...active[queue]];
          void clock.sleep(HEARTBEAT_MS).then(() => {
            for (const key of lost) {
              active[queue].delete(key);
              enqueue(queue, { key }, 0, 0);
            }
          });
        },
      };
    },
    close: () => Promise.resolve(),
  };
}
