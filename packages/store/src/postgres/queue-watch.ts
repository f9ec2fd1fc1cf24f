import type { PgBoss } from "pg-boss";
import { Bell } from "./queue-bell.ts";

/** Between two looks while nothing waits: they find jobs whose notification was lost, and jobs of workers that died. */
const LOOK_MS = 4_000;
/** Between two looks while a job waits for its time, and after a look that failed. */
const SOON_MS = 500;
/** Between two runs of pg-boss's own upkeep, of its indexes for the most part. */
const UPKEEP_MS = 600_000;

interface Seen {
  readonly name: string;
  /** It has a job that may run now. */
  readonly ready: boolean;
  /** It has a job whose time has not come. */
  readonly waits: boolean;
  /** It has a job whose worker was silent for too long. */
  readonly silent: boolean;
}

/** Reads of each queue no more than the ends of one index, however long the queue is. */
const lookIn = (schema: string): string => `
  select q.name,
    exists (select from ${schema}.job j where j.name = q.name and j.state in ('created', 'retry')
      and not j.blocked and j.start_after <= ${schema}.job_now()) as ready,
    exists (select from ${schema}.job j where j.name = q.name and j.state in ('created', 'retry')
      and not j.blocked and j.start_after > ${schema}.job_now()) as waits,
    exists (select from ${schema}.job j where j.name = q.name and j.state = 'active'
      and j.heartbeat_on + j.heartbeat_seconds * interval '1 s' < ${schema}.job_now()) as silent
  from ${schema}.queue q`;

export interface WatchParts {
  readonly boss: PgBoss;
  readonly schema: string;
  /** Is told of a queue that has work; of none where a look failed, so that whoever fetches finds out. */
  readonly wake: (queue?: string) => void;
  readonly onError: (error: unknown) => void;
  /** Between two looks while nothing waits; 4 seconds when absent. */
  readonly lookMs?: number | undefined;
}

/**
 * Looks at all queues at once, again and again, in one statement: an idle worker asks the server for little. It
 * stands in for pg-boss's supervision, of which every worker runs nine statements a second.
 */
export class QueueWatch {
  readonly #parts: WatchParts;
  readonly #bell = new Bell();
  readonly #working: Promise<void>;
  #kept = performance.now();
  #ended = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#working = this.#work();
  }

  /** Has it look now, for a job came to wait for its time. */
  lookNow(): void {
    this.#bell.ring();
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#bell.ring();
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#ended) {
      const soon = await this.#look().catch((error: unknown) => {
        this.#parts.onError(error);
        this.#parts.wake();
        return true;
      });
      if (!this.#ended) await this.#bell.wait(soon ? SOON_MS : (this.#parts.lookMs ?? LOOK_MS));
    }
  }

  /** @returns whether something is near enough that the next look comes soon */
  async #look(): Promise<boolean> {
    const { boss, schema, wake } = this.#parts;
    const { rows } = (await boss.getDb().executeSql(lookIn(schema))) as { readonly rows: readonly Seen[] };
    for (const { name, ready } of rows) if (ready) wake(name);
    const silent = rows.some((row) => row.silent);
    // Its upkeep gives the jobs of the dead to others as well.
    if (silent || performance.now() - this.#kept > UPKEEP_MS) {
      this.#kept = performance.now();
      await boss.supervise();
    }
    return silent || rows.some(({ waits }) => waits);
  }
}
