import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** The longest that a timer of Node can wait; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      for (let left = ms; left > 0; left -= LONGEST_MS)
        await sleep(Math.min(left, LONGEST_MS), undefined, signal === undefined ? {} : { signal });
      signal?.throwIfAborted();
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
