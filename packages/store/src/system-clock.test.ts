import { afterEach, expect, it, vi } from "vitest";
import { systemClock } from "./system-clock.ts";

const timers = vi.hoisted(() => ({ slept: [] as number[] }));
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, _value: undefined, { signal }: { signal?: AbortSignal }): Promise<void> => {
    timers.slept.push(ms);
    return signal?.aborted === true ? Promise.reject(new Error("AbortError of Node")) : Promise.resolve();
  },
}));
afterEach(() => void timers.slept.splice(0));

it("the system clock sleeps longer than the maximum of a Node timer", async () => {
  const longest = 2 ** 31 - 1;
  await systemClock.sleep(2 * longest + 5);
  expect(timers.slept).toEqual([longest, longest, 5]);
});

it("the system clock does not sleep for zero or negative durations", async () => {
  await systemClock.sleep(0);
  await systemClock.sleep(-5);
  expect(timers.slept).toEqual([]);
});

it("a sleep of the system clock rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  await expect(systemClock.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason);
  await expect(systemClock.sleep(0, AbortSignal.abort(reason))).rejects.toBe(reason);
});
