import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shrink } from "./shrinkage.ts";

const count = (events: number, n: number): { events: number; n: number } => ({ events, n });

/** The share of a beta distribution below x, by Simpson's rule on the density: nothing of the library in it. */
function betaBelow(x: number, alpha: number, beta: number): number {
  const steps = 20_000;
  const density = (p: number): number => Math.exp((alpha - 1) * Math.log(p) + (beta - 1) * Math.log1p(-p));
  const area = (from: number, to: number): number => {
    const width = (to - from) / steps;
    let sum = density(from) + density(to);
    for (let step = 1; step < steps; step += 1) sum += density(from + step * width) * (step % 2 === 0 ? 2 : 4);
    return (sum * width) / 3;
  };
  return area(1e-9, x) / area(1e-9, 1 - 1e-9);
}

describe("shrink", () => {
  it("A17 pulls the cells of a vendor towards its mean by the moments' strength", () => {
    // The formulas with the numbers put in.
    const cells = [count(6, 40), count(21, 50), count(6, 30)];
    const p = 33 / 120;
    const scatter = 40 * (0.15 - p) ** 2 + 50 * (0.42 - p) ** 2 + 30 * (0.2 - p) ** 2;
    const tau2 = (scatter - 2 * p * (1 - p)) / (120 - (1600 + 2500 + 900) / 120);
    const strength = (p * (1 - p)) / tau2 - 1;
    const [first] = shrink(cells);
    expect(first?.prior_strength).toBeCloseTo(strength, 9);
    expect(first?.estimate).toBeCloseTo((6 + strength * p) / (40 + strength), 12);
    expect(betaBelow(first?.lo ?? 0, strength * p + 6, strength * (1 - p) + 34)).toBeCloseTo(0.025, 7);
    expect(betaBelow(first?.hi ?? 0, strength * p + 6, strength * (1 - p) + 34)).toBeCloseTo(0.975, 7);
  });

  it("A17 has the strength 10,000 when the cells differ no more than by chance, and 2 when they have nothing in common", () => {
    expect(shrink([count(5, 50), count(10, 100)]).map(({ prior_strength }) => prior_strength)).toEqual([
      10_000, 10_000,
    ]);
    expect(shrink([count(0, 100), count(100, 100)])[0]).toMatchObject({ prior_strength: 2, estimate: 1 / 102 });
  });

  it("A17 keeps the mean from 0 and 1", () => {
    expect(shrink([count(0, 10), count(0, 30)])[0]?.estimate).toBeCloseTo((10_000 * (0.5 / 41)) / 10_010, 12);
    expect(shrink([count(10, 10), count(30, 30)])[0]?.estimate).toBeCloseTo((10 + 10_000 * (40.5 / 41)) / 10_010, 12);
  });

  it("A17 shrinks nothing of one cell, and gives an empty cell its vendor's mean", () => {
    expect(shrink([count(3, 12)])).toEqual([{ estimate: 0.25, lo: null, hi: null, prior_strength: null }]);
    expect(shrink([count(3, 12), count(0, 0)])).toEqual([
      { estimate: 0.25, lo: null, hi: null, prior_strength: null },
      { estimate: null, lo: null, hi: null, prior_strength: null },
    ]);
    // The mean of Beta(2000, 8000), whose standard deviation is 0.004.
    const empty = shrink([count(2, 10), count(0, 0), count(2, 10)])[1];
    expect(empty).toMatchObject({ estimate: 0.2, prior_strength: 10_000 });
    expect([empty?.lo, empty?.hi].map((limit) => ((limit ?? 0) - 0.2) / 0.004).map((z) => z.toFixed(2))).toEqual([
      "-1.95",
      "1.97",
    ]);
    expect(shrink([])).toEqual([]);
  });

  it("lies between the cell's rate and the vendor's, inside its own interval", () => {
    const cell = fc
      .integer({ min: 1, max: 300 })
      .chain((n) => fc.integer({ min: 0, max: n }).map((events) => count(events, n)));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 8 }), (cells) => {
        shrink(cells).forEach(({ estimate, lo, hi, prior_strength: strength }) => {
          expect((lo ?? 9) < (estimate ?? -1) && (estimate ?? 9) < (hi ?? -1)).toBe(true);
          expect((strength ?? 0) >= 2 && (strength ?? 0) <= 10_000).toBe(true);
        });
      }),
    );
  });
});
