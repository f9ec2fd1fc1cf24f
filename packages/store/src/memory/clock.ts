import type { Clock } from "../clock.ts";

/** A clock that moves only when it is told to. */
export interface VirtualClock extends Clock {
  /** Wakes everything that sleeps until `time`, in the order of waking, and lets each run as far as it can; stops where it is when told to. */
  runUntil(time: number, signal?: AbortSignal): Promise<void>;
  /** Moves the time without waking anybody in between, as when a machine's clock is set. */
  jump(ms: number): void;
  /** When the next sleeper wakes; undefined when nobody sleeps. */
  next(): number | undefined;
}

interface Sleeper {
  readonly wakes: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Rounds of the event loop after which everything that could run without time passing has run. */
const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * @param start milliseconds since 1970
 * @param settle waits until everything has run that can without time passing; where real I/O is
 *   behind the ports, until that has come back
 * @param grainMs the clock's steps: sleepers of one step wake together at its end, so that their I/O overlaps
 */
export function virtualClock(
  start: number,
  settle: () => Promise<void> = drain,
  { grainMs = 0 }: { readonly grainMs?: number } = {},
): VirtualClock {
  let time = start;
  let asleep = 0;
  // A binary heap by time, then by who came first.
  const heap: Sleeper[] = [];
  const before = (a: Sleeper, b: Sleeper): boolean => a.wakes < b.wakes || (a.wakes === b.wakes && a.order < b.order);
  const gone = new Set<Sleeper>();

  function push(sleeper: Sleeper): void {
    let at = heap.push(sleeper) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(sleeper, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = sleeper;
  }

  function pop(): Sleeper | undefined {
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const least = left === undefined || (right !== undefined && before(right, left)) ? right : left;
      if (least === undefined || !before(least, last)) break;
      heap[at] = least;
      at = least === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = last;
    return first;
  }

  function peek(): Sleeper | undefined {
    while (heap[0] !== undefined && gone.has(heap[0])) gone.delete(pop() as Sleeper);
    return heap[0];
  }

  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const abort = (): void => {
          gone.add(sleeper);
          reject(signal?.reason as Error);
        };
        const wake = (): void => {
          signal?.removeEventListener("abort", abort);
          resolve();
        };
        const sleeper: Sleeper = { wakes: time + Math.max(0, ms), order: asleep++, wake };
        signal?.addEventListener("abort", abort, { once: true });
        push(sleeper);
      }),
    async runUntil(until, signal) {
      await settle();
      for (let next = peek(); next !== undefined && next.wakes <= until; next = peek()) {
        if (signal?.aborted === true) return;
        const step = grainMs === 0 ? next.wakes : Math.min(until, Math.ceil(next.wakes / grainMs) * grainMs);
        time = Math.max(time, step);
        pop();
        next.wake();
        for (let also = grainMs === 0 ? undefined : peek(); also !== undefined && also.wakes <= step; also = peek()) {
          pop();
          also.wake();
        }
        await settle();
      }
      time = Math.max(time, until);
    },
    jump: (ms) => void (time += ms),
    next: () => peek()?.wakes,
  };
}
