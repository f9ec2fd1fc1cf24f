import fc from "fast-check";
import { expect, it } from "vitest";
import { chances } from "./chances.ts";

it("gives the same choices for the same words, and others for others", () => {
  const first = (seed: number, purpose: string): number[] => {
    const draw = chances(seed, purpose);
    return Array.from({ length: 5 }, () => draw.next());
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.string(), (seed, purpose) => {
      expect(first(seed, purpose)).toEqual(first(seed, purpose));
      expect(first(seed, purpose)).not.toEqual(first(seed + 1, purpose));
      expect(first(seed, purpose)).not.toEqual(first(seed, `${purpose}.`));
    }),
  );
});

it("draws evenly, and within its bounds", () => {
  const draw = chances(7, "evenly");
  const counts = new Map<number, number>();
  for (let times = 0; times < 6_000; times += 1) {
    const drawn = draw.between(1, 6);
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
