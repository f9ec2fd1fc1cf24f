import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hybridDifference, logLog, wilson, wilsonUpper } from "./intervals.ts";
import { Z95 } from "./model.ts";

/** The ends as roots of (x/n - p)² = z² p(1 - p)/n, found by halving: what the score interval inverts. */
function byHalving(x: number, n: number): { lo: number; hi: number } {
  const outside = (p: number): boolean => (x / n - p) ** 2 > (Z95 ** 2 * p * (1 - p)) / n;
  const root = (from: number, to: number): number => {
    let [out, inside] = [from, to];
    for (let step = 0; step < 200; step += 1) {
      const middle = (out + inside) / 2;
      if (outside(middle)) out = middle;
      else inside = middle;
    }
    return inside;
  };
  return { lo: x === 0 ? 0 : root(0, x / n), hi: x === n ? 1 : root(1, x / n) };
}

/**
 * Rows of table I of R. G. Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17, 1998,
 * 857-872, method 3 (score, no continuity correction).
 */
const NEWCOMBE_SINGLE: readonly (readonly [x: number, n: number, lo: string, hi: string])[] = [
  [81, 263, "0.2553", "0.3662"],
  [15, 148, "0.0624", "0.1605"],
  [0, 20, "0.0000", "0.1611"],
  [1, 29, "0.0061", "0.1718"],
];

/**
 * Rows of table II of R. G. Newcombe, Interval estimation for the difference between independent proportions,
 * Stat. Med. 17, 1998, 873-890, method 10 (hybrid score).
 */
const NEWCOMBE_DIFFERENCE: readonly (readonly [x: number, m: number, y: number, n: number, lo: string, hi: string])[] =
  [
    [56, 70, 48, 80, "0.0524", "0.3339"],
    [9, 10, 3, 10, "0.1705", "0.8090"],
    [6, 7, 2, 7, "0.0582", "0.8062"],
    [5, 56, 0, 29, "-0.0381", "0.1926"],
    [0, 10, 0, 20, "-0.1611", "0.2775"],
    [0, 10, 0, 10, "-0.2775", "0.2775"],
    [10, 10, 0, 20, "0.6791", "1.0000"],
    [10, 10, 0, 10, "0.6075", "1.0000"],
  ];

describe("wilson", () => {
  it.each(NEWCOMBE_SINGLE)("gives Newcombe's printed interval of %d of %d", (x, n, lo, hi) => {
    const interval = wilson(x, n);
    expect([interval.lo.toFixed(4), interval.hi.toFixed(4)]).toEqual([lo, hi]);
  });

  it("agrees with the roots of the score equation", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))),
        ([x, n]) => {
          const [own, other] = [wilson(x, n), byHalving(x, n)];
          expect(Math.abs(own.lo - other.lo)).toBeLessThan(1e-9);
          expect(Math.abs(own.hi - other.hi)).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it("starts at exactly 0 without events, ends at exactly 1 without others, and is everything of nobody", () => {
    expect(wilson(0, 7).lo).toBe(0);
    expect(wilson(7, 7).hi).toBe(1);
    expect(wilson(0, 0)).toEqual({ lo: 0, hi: 1 });
  });

  it("takes counts that are not whole, and another level", () => {
    expect(wilson(2.5, 10).hi).toBeGreaterThan(wilson(2, 10).hi);
    expect(wilsonUpper(0, 100, 2.865)).toBeCloseTo(2.865 ** 2 / (100 + 2.865 ** 2), 12);
    expect(wilsonUpper(0, 100)).toBe(wilson(0, 100).hi);
  });
});

describe("logLog", () => {
  it("has the rate inside, and narrows with the variance", () => {
    const wide = logLog(0.7, 0.01);
    const narrow = logLog(0.7, 0.001);
    expect(wide.lo).toBeLessThan(narrow.lo);
    expect(narrow.lo).toBeLessThan(0.3);
    expect(narrow.hi).toBeGreaterThan(0.3);
    expect(wide.hi).toBeGreaterThan(narrow.hi);
  });

  it("is the interval of the textbook formula on the log(-log) scale", () => {
    const { lo, hi } = logLog(0.627451, 0.0331);
    const center = Math.log(-Math.log(0.627451));
    const half = (Z95 * Math.sqrt(0.0331)) / Math.abs(Math.log(0.627451));
    expect(lo).toBeCloseTo(1 - Math.exp(-Math.exp(center - half)), 12);
    expect(hi).toBeCloseTo(1 - Math.exp(-Math.exp(center + half)), 12);
  });
});

describe("hybridDifference", () => {
  it.each(NEWCOMBE_DIFFERENCE)("gives Newcombe's printed interval of %d of %d less %d of %d", (x, m, y, n, lo, hi) => {
    const interval = hybridDifference({ estimate: x / m, ...wilson(x, m) }, { estimate: y / n, ...wilson(y, n) });
    expect([interval.lo.toFixed(4), interval.hi.toFixed(4)]).toEqual([lo, hi]);
  });
});
