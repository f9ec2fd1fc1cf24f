import { expect, it } from "vitest";
import { virtualClock } from "./clock.ts";

it("the virtual clock wakes sleepers by time, and at one time in the order they came", async () => {
  const clock = virtualClock(0);
  const woken: string[] = [];
  for (const [name, ms] of [
    ["c", 30],
    ["a", 10],
    ["b", 10],
  ] as const)
    void clock.sleep(ms).then(() => woken.push(`${name}@${String(clock.now())}`));
  const gone = new AbortController();
  clock.sleep(5, gone.signal).catch(() => woken.push("gone"));
  gone.abort(new Error("enough"));
  await clock.runUntil(20);
  clock.jump(100);
  await clock.runUntil(200);
  expect(woken).toEqual(["gone", "a@10", "b@10", "c@120"]);
  expect(clock.next()).toBeUndefined();
});
