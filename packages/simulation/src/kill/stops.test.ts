import { expect, it } from "vitest";
import { pointsOfTheDay, usualPoints } from "./stops.ts";

it("gives every point its turn, so many a day", () => {
  const points = ["update claims", "begin", "commit", "insert passes", "committed"];
  const seen = new Set<string>();
  for (let day = 0; day < 5; day += 1) {
    const today = pointsOfTheDay(points, 2, new Date(day * 86_400_000));
    expect(today).toHaveLength(2);
    for (const point of today) seen.add(point);
  }
  expect([...seen].sort()).toEqual(points.toSorted());
  expect(pointsOfTheDay(["begin"], 3, new Date(0))).toEqual(["begin"]);
  expect(pointsOfTheDay([], 3, new Date(0))).toEqual([]);
});

it("counts a point as usual that one process in ten passes", () => {
  const passed = new Map([
    ["begin", 200],
    ["insert passes", 20],
    ["insert act_queues", 2],
  ]);
  expect(usualPoints(passed)).toEqual(["begin", "insert passes"]);
  expect(usualPoints(new Map())).toEqual([]);
});
