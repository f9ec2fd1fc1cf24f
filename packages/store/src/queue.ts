import { createHash } from "node:crypto";
import type { Tx } from "./store.ts";

/** A queue of acts that need the same of a worker; {@link actQueueOf} names it. */
export type ActQueue = `act/${string}`;

/**
 * `tick`: look at an object again and decide. An {@link ActQueue}: carry out an intent that is written down.
 * Ticks are handled in batches, acts one by one.
 */
export type QueueName = "tick" | ActQueue;

/**
 * The queue of the acts with these needs, in any order: of their hash, for a queue's name may hold neither
 * `:` nor `+`. The table `act_queues` says what a name stands for.
 */
export const actQueueOf = (needs: readonly string[]): ActQueue =>
  `act/${createHash("sha256")
    .update([...needs].sort().join("+"))
    .digest("hex")
    .slice(0, 24)}`;

export interface Job {
  /** What the job is about, such as `validation/12`. While a job with this key waits or runs, no other is taken in. */
  readonly key: string;
  /** Higher first; 0 when absent. */
  readonly priority?: number;
  /** Not before this time, in milliseconds since 1970. */
  readonly notBefore?: number;
  /** Said by the queue: the job was delivered before, and its handler rejected or its worker was not heard of. */
  readonly again?: true;
}

export interface Consumer {
  /** Takes jobs from these queues from now on, and from no others; jobs in hand go on. */
  follow(queues: readonly QueueName[]): void;
  /** Ends after the running handlers have ended, or at once with `now`, when their jobs go to others after a while. */
  stop(options?: { readonly now?: boolean }): Promise<void>;
}

/**
 * Carries work to whichever worker is free. It promises that a job is delivered at least once, and
 * to one worker at a time while that worker lives; it promises no more, so a handler re-reads the
 * world and fences its writes.
 */
export interface Queue {
  /**
   * Puts jobs into a queue, which is made where it does not exist.
   *
   * @param tx the transaction to join: the jobs exist when it commits, and never if it does not
   */
  send(queue: QueueName, jobs: readonly Job[], tx?: Tx): Promise<void>;
  /**
   * Hands jobs of some queues to `handle` until stopped, no queue being served before another. A job ends
   * when its handler resolves; when it rejects, the job comes again after a pause that grows.
   *
   * @param options.batch at most this many jobs per call, all of one queue; @param options.concurrency calls at
   *   a time, of all queues together
   */
  consume(
    queues: readonly QueueName[],
    options: { readonly batch: number; readonly concurrency: number },
    handle: (jobs: readonly Job[], signal: AbortSignal) => Promise<void>,
  ): Promise<Consumer>;
  /** Why no work comes in: the last fetches failed one after another. Undefined while they succeed. */
  trouble(): string | undefined;
  close(): Promise<void>;
}
