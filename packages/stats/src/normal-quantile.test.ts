import { expect, it } from "vitest";
import { Z95 } from "./model.ts";
import { normalUpperQuantile } from "./normal-quantile.ts";

it("gives the points of published tables", () => {
  expect(normalUpperQuantile(0.5)).toBe(0);
  expect(Math.abs(normalUpperQuantile(0.025) - Z95)).toBeLessThan(1e-12);
  // NIST/SEMATECH e-Handbook 1.3.6.7.1; R's qnorm for the last ones.
  expect(normalUpperQuantile(0.05)).toBeCloseTo(1.6448536269514722, 12);
  expect(normalUpperQuantile(0.005)).toBeCloseTo(2.5758293035489004, 12);
  expect(normalUpperQuantile(1e-6)).toBeCloseTo(4.753424308822899, 9);
});

it("gives the point of settled.md E for twelve runs", () => {
  expect(normalUpperQuantile(0.025 / 12)).toBeCloseTo(2.865, 3);
});
