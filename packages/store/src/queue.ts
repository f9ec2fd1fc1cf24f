import type { Tx } from "./store.ts";

/**
 * `tick`: look at an object again and decide. `act`: carry out an intent that is written down.
 * Ticks are handled in batches, acts one by one.
 */
export type QueueName = "tick" | "act";

export interface Job {
  /** What the job is about, such as `validation/12`. While a job with this key waits or runs, no other is taken in. */
  readonly key: string;
  /** Higher first; 0 when absent. */
  readonly priority?: number;
  /** Not before this time, in milliseconds since 1970. */
  readonly notBefore?: number;
}

export interface Consumer {
  /** Ends after the running handlers have ended, or at once with `now`, when their jobs go to others after a while. */
  stop(options?: { readonly now?: boolean }): Promise<void>;
}

/**
 * Carries work to whichever worker is free. It promises that a job is delivered at least once, and
 * to one worker at a time while that worker lives; it promises no more, so a handler re-reads the
 * world and fences its writes.
 */
export interface Queue {
  /** @param tx the transaction to join: the jobs exist when it commits, and never if it does not */
  send(queue: QueueName, jobs: readonly Job[], tx?: Tx): Promise<void>;
  /**
   * Hands jobs to `handle` until stopped. A job ends when its handler resolves; when it rejects, the
   * job comes again after a pause that grows.
   *
   * @param options.batch at most this many jobs per call; @param options.concurrency calls at a time
   */
  consume(
    queue: QueueName,
    options: { readonly batch: number; readonly concurrency: number },
    handle: (jobs: readonly Job[], signal: AbortSignal) => Promise<void>,
  ): Promise<Consumer>;
  /** Why no work comes in: the last fetches failed one after another. Undefined while they succeed. */
  trouble(): string | undefined;
  close(): Promise<void>;
}
