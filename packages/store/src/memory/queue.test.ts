import { expect, it } from "vitest";
import { describeQueue } from "../../test/contract/queue-contract.ts";
import { virtualClock } from "./clock.ts";
import { memoryQueue } from "./queue.ts";
import { memoryStore } from "./store.ts";

describeQueue("memory", async () => {
  const clock = virtualClock(1_000_000);
  return { queue: memoryQueue({ clock }), store: memoryStore(), now: () => clock.now(), pass: (ms) => clock.runUntil(clock.now() + ms), close: () => Promise.resolve() };
});

it("loses a job, or delivers it twice, where the simulation wants it to", async () => {
  const clock = virtualClock(0);
  const seen: string[] = [];
  const queue = memoryQueue({ clock, faults: { lose: (_queue, { key }) => key === "lost", twice: (_queue, { key }) => key === "double" } });
  await queue.consume("tick", { batch: 1, concurrency: 1 }, async (jobs) => void seen.push(...jobs.map(({ key }) => key)));
  await queue.send("tick", [{ key: "lost" }, { key: "double" }]);
  await clock.runUntil(5_000);
  expect(seen).toEqual(["double", "double"]);
});

it("wakes sleepers in the order of time, and of coming", async () => {
  const clock = virtualClock(0);
  const woken: string[] = [];
  for (const [name, ms] of [["c", 30], ["a", 10], ["b", 10]] as const) void clock.sleep(ms).then(() => woken.push(`${name}@${String(clock.now())}`));
  const gone = new AbortController();
  clock.sleep(5, gone.signal).catch(() => woken.push("gone"));
  gone.abort(new Error("enough"));
  await clock.runUntil(20);
  clock.jump(100);
  await clock.runUntil(200);
  expect(woken).toEqual(["gone", "a@10", "b@10", "c@120"]);
  expect(clock.next()).toBeUndefined();
});
