import { expect, it } from "vitest";
import { pauseAfter } from "./pause.ts";

const HOUR = 3_600_000;

it("pauses grow from seconds to an hour with the failures in a row", () => {
  const pauses = Array.from({ length: 40 }, (_, index) => pauseAfter(index + 1, "validation/1/1/2/boot/7"));
  expect(pauses[0]).toBeGreaterThanOrEqual(2_500);
  expect(pauses[0]).toBeLessThanOrEqual(5_000);
  expect(pauses.slice(0, 10)).toEqual(pauses.slice(0, 10).sort((a, b) => a - b));
  for (const pause of pauses.slice(12)) {
    expect(pause).toBeGreaterThanOrEqual(HOUR / 2);
    expect(pause).toBeLessThanOrEqual(HOUR);
  }
});

it("pauses of what failed at one time are spread over half of the pause, and the same for the same key", () => {
  const pauses = Array.from({ length: 200 }, (_, index) => pauseAfter(8, `validation/${String(index)}`));
  expect(new Set(pauses).size).toBeGreaterThan(190);
  expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(0.4 * Math.max(...pauses));
  expect(pauseAfter(8, "validation/3")).toBe(pauses[3]);
});
