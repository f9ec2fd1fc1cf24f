import { expect, it } from "vitest";
import { canarySize } from "./canary-size.ts";
import { StatsInputError } from "./input-error.ts";

it("sizes canaries as statistics.md 1.4 does", () => {
  expect(canarySize(0.4, 0.1)).toEqual({ schema: "slipway/canary-size@1", canaries: 93, attempts_needed: null });
  expect(canarySize(0.4, 0.05).canaries).toBe(369);
  expect(canarySize(0.4, 0.1, 0.014).attempts_needed).toBe(6643);
});

it("does not ask for one attempt more because 73 / 0.073 is 1000.0000000000001 in double precision", () => {
  expect(canarySize(0.05, 0.05, 0.073)).toMatchObject({ canaries: 73, attempts_needed: 1000 });
  expect(canarySize(0.4, 0.1, 1).attempts_needed).toBe(93);
});

it("does not answer for what is no fraction", () => {
  for (const [rate, width, share] of [
    [0, 0.1],
    [1.1, 0.1],
    [0.4, 0],
    [0.4, 0.1, 0],
    [Number.NaN, 0.1],
  ] as const)
    expect(() => canarySize(rate, width, share)).toThrow(StatsInputError);
});
