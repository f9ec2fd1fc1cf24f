import { describe, expect, it } from "vitest";
import { random } from "./random.ts";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const draws = (draw: () => number): number[] => Array.from({ length: 20_000 }, draw);

describe("random", () => {
  it("gives the same stream for the same seed and words, and another for others", () => {
    const stream = (seed: number, ...words: string[]): number[] => {
      const draw = random(seed, ...words);
      return Array.from({ length: 5 }, () => draw.uniform());
    };
    expect(stream(7, "a")).toEqual(stream(7, "a"));
    expect(stream(7, "a")).not.toEqual(stream(8, "a"));
    expect(stream(7, "a")).not.toEqual(stream(7, "b"));
  });

  it("has the moments of its distributions", () => {
    const draw = random(1);
    const uniform = (): number => draw.uniform();
    const beta = (a: number, b: number): number => draw.beta(a, b);
    expect(mean(draws(uniform))).toBeCloseTo(0.5, 1);
    expect(mean(draws(() => uniform() ** 2))).toBeCloseTo(1 / 3, 1);
    expect(mean(draws(() => draw.exponential()))).toBeCloseTo(1, 1);
    expect(Math.abs(mean(draws(() => beta(1.5, 8.5))) - 0.15)).toBeLessThan(0.003);
    expect(Math.abs(mean(draws(() => beta(8, 2))) - 0.8)).toBeLessThan(0.003);
    expect(Math.abs(mean(draws(() => (beta(8, 2) - 0.8) ** 2)) - 0.16 / 11)).toBeLessThan(0.001);
  });

  it("stays inside (0, 1)", () => {
    const draw = random(3);
    for (const value of draws(() => draw.uniform())) expect(value > 0 && value < 1).toBe(true);
  });
});
