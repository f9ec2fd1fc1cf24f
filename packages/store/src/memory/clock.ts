import type { Clock } from "../clock.ts";
import { Sleepers, type Sleeper } from "./sleepers.ts";

/** A clock that moves only when it is told to. */
export interface VirtualClock extends Clock {
  /**
   * Moves the time to `time`. Whoever sleeps until then wakes in order, and runs as far as it can before the next
   * one wakes. An aborted signal stops the time where it is.
   */
  runUntil(time: number, signal?: AbortSignal): Promise<void>;
  /** Moves the time without waking anybody in between, as when a machine's clock is set. */
  jump(ms: number): void;
  /** When the next sleeper wakes; undefined when nobody sleeps. */
  next(): number | undefined;
}

/** One round of the event loop: by its end everything has run that does not wait for time. */
const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * @param start milliseconds since 1970
 * @param settle waits until everything has run that does not wait for time; where the ports do real I/O,
 *   until that I/O has ended
 * @param grainMs the clock's steps: sleepers of one step wake together at its end, so that their I/O overlaps
 */
export function virtualClock(
  start: number,
  settle: () => Promise<void> = drain,
  { grainMs = 0 }: { readonly grainMs?: number } = {},
): VirtualClock {
  let time = start;
  let asleep = 0;
  const sleepers = new Sleepers();
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const abort = (): void => {
          sleepers.giveUp(sleeper);
          reject(signal?.reason as Error);
        };
        const wake = (): void => {
          signal?.removeEventListener("abort", abort);
          resolve();
        };
        const sleeper: Sleeper = { wakes: time + Math.max(0, ms), order: asleep++, wake };
        signal?.addEventListener("abort", abort, { once: true });
        sleepers.push(sleeper);
      }),
    async runUntil(until, signal) {
      await settle();
      for (let next = sleepers.peek(); next !== undefined && next.wakes <= until; next = sleepers.peek()) {
        if (signal?.aborted === true) return;
        const step = grainMs === 0 ? next.wakes : Math.min(until, Math.ceil(next.wakes / grainMs) * grainMs);
        time = Math.max(time, step);
        sleepers.pop();
        next.wake();
        const another = (): Sleeper | undefined => (grainMs === 0 ? undefined : sleepers.peek());
        for (let also = another(); also !== undefined && also.wakes <= step; also = another()) {
          sleepers.pop();
          also.wake();
        }
        await settle();
      }
      time = Math.max(time, until);
    },
    jump: (ms) => void (time += ms),
    next: () => sleepers.peek()?.wakes,
  };
}
