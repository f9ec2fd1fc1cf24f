import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "./system-clock.ts";

let slept: number[];
beforeEach(() => {
  slept = [];
  vi.spyOn(timers, "setTimeout").mockImplementation((ms = 0, value, { signal } = {}) => {
    slept.push(ms);
    return signal?.aborted === true ? Promise.reject(new Error("AbortError of Node")) : Promise.resolve(value);
  });
  syncBuiltinESMExports();
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

it("the system clock sleeps longer than the maximum of a Node timer", async () => {
  const longest = 2 ** 31 - 1;
  await systemClock.sleep(2 * longest + 5);
  expect(slept).toEqual([longest, longest, 5]);
});

it("the system clock does not sleep for zero or negative durations", async () => {
  await systemClock.sleep(0);
  await systemClock.sleep(-5);
  expect(slept).toEqual([]);
});

it("a sleep of the system clock rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  await expect(systemClock.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason);
  await expect(systemClock.sleep(0, AbortSignal.abort(reason))).rejects.toBe(reason);
});
