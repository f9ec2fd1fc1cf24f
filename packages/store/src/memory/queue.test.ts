import { expect, it } from "vitest";
import { describeQueue } from "../../test/contract/queue-contract.ts";
import type { Job } from "../queue.ts";
import { virtualClock } from "./clock.ts";
import { memoryQueue, type QueueFaults } from "./queue.ts";
import { memoryStore } from "./store.ts";

describeQueue("memory", async () => {
  const clock = virtualClock(1_000_000);
  const queue = memoryQueue({ clock });
  return {
    queue,
    store: memoryStore(),
    now: () => clock.now(),
    pass: (ms) => clock.runUntil(clock.now() + ms),
    close: () => Promise.resolve(),
  };
});

/** What a queue did until ten minutes had passed: each delivery with its time. */
async function deliveries(
  jobs: readonly Job[],
  faults: QueueFaults,
  handle: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const clock = virtualClock(0);
  const seen: string[] = [];
  const queue = memoryQueue({ clock, faults });
  await queue.consume(["tick"], { batch: 1, concurrency: 1 }, async (given) => {
    seen.push(...given.map(({ key }) => `${key}@${String(clock.now())}`));
    await handle();
  });
  await queue.send("tick", jobs);
  await clock.runUntil(600_000);
  return seen;
}

it("the memory queue loses, delays or duplicates a job where the simulation says so", async () => {
  const faults: QueueFaults = {
    lose: (_queue, { key }) => key === "lost",
    twice: (_queue, { key }) => key === "double",
    delay: (_queue, { key }) => (key === "late" ? 7_000 : 0),
  };
  expect(await deliveries([{ key: "lost" }, { key: "late" }, { key: "double" }], faults)).toEqual([
    "double@0",
    "double@0",
    "late@7000",
  ]);
});

it("a rejected job is retried with backoff, up to a limit", async () => {
  let left = 7;
  const seen = await deliveries([{ key: "a" }], {}, () =>
    left-- > 0 ? Promise.reject(new Error("not yet")) : Promise.resolve(),
  );
  expect(seen).toEqual(["a@0", "a@1500", "a@4500", "a@7500", "a@10500", "a@13500", "a@16500", "a@19500"]);
});

it("a closed memory queue delivers nothing", async () => {
  const clock = virtualClock(0);
  const queue = memoryQueue({ clock });
  let calls = 0;
  await queue.consume(["tick"], { batch: 1, concurrency: 1 }, async () => void calls++);
  await queue.close();
  await queue.send("tick", [{ key: "a" }]);
  await clock.runUntil(60_000);
  expect(calls).toBe(0);
});
