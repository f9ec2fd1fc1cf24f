import { expect, it } from "vitest";
import { ALONE, turnsOf, untilTurn } from "./turns.ts";

/** The times of everybody's turns up to a time. */
const turnsUntil = (ids: readonly string[], end: number): number[] =>
  ids
    .flatMap((me) => {
      const turns = turnsOf(ids, me);
      const times: number[] = [];
      for (let now = 137; now < end; now += untilTurn(turns, now, 1_000)) if (now > 5_000) times.push(now);
      return times;
    })
    .sort((a, b) => a - b);

it("leaves one that is alone its own pace", () => {
  expect(turnsOf(["w"], "w")).toEqual(ALONE);
  expect(untilTurn(ALONE, 123, 1_000)).toBe(1_000);
});

it("has workers come one after the other, whatever time each began at", () => {
  const times = turnsUntil(["c", "a", "b"], 60_000);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(new Set(gaps)).toEqual(new Set([1_000]));
});

it("gives many workers four places, so that a dead one's turn is missed no longer than three others take", () => {
  const ids = Array.from({ length: 10 }, (_, index) => `w${String(index)}`);
  expect(new Set(ids.map((id) => turnsOf(ids, id).of))).toEqual(new Set([4]));
  const alive = ids.slice(1);
  expect(turnsOf(ids, alive[0] ?? "")).toEqual({ place: 1, of: 4 });
  for (let now = 0; now < 8_000; now += 333)
    expect(untilTurn({ place: 1, of: 4 }, now, 1_000)).toBeLessThanOrEqual(4_500);
});
