import { describe, expect, it } from "vitest";
import { digitsFor, percentRange } from "./figures.ts";
import { flatCsv } from "./flat-csv.ts";
import { intervalBar, scaleOf } from "./interval-bar.ts";

describe("intervalBar", () => {
  it("draws an interval on its scale, with the estimate in it", () => {
    expect(intervalBar({ lo: 0.1, hi: 0.3, estimate: 0.2 }, 0.5, 11, "unicode")).toBe("  ├─●─┤    ");
    expect(intervalBar({ lo: 0.1, hi: 0.3, estimate: null }, 0.5, 11, "plain")).toBe("  [---]    ");
    expect(intervalBar({ lo: 0, hi: 1, estimate: 1 }, 1, 5, "plain")).toBe("[---*");
    expect(intervalBar({ lo: 0, hi: 0, estimate: 0 }, 0.01, 5, "plain")).toBe("*    ");
  });

  it("uses the smallest scale on which all intervals fit", () => {
    expect(
      [[], [0.004], [0.01], [0.3], [0.7]].map((ends) => scaleOf(ends.map((hi) => ({ lo: 0, hi, estimate: null })))),
    ).toEqual([0.01, 0.01, 0.01, 0.5, 1]);
  });
});

describe("figures", () => {
  it("are rounded to the digits that the interval's width supports", () => {
    expect([0.5, 0.1, 0.05, 0.001].map(digitsFor)).toEqual([0, 0, 1, 2]);
    expect([percentRange(0.071, 1), percentRange(0.092, 0.103), percentRange(0.0062, 0.0066)]).toEqual([
      "7-100 %",
      "9.2-10.3 %",
      "0.62-0.66 %",
    ]);
  });
});

describe("flatCsv", () => {
  it("joins nested keys by dots, and leaves null and absent values empty", () => {
    expect(
      flatCsv([
        { a: { b: 1, c: null }, d: [1, "x,y"], e: null, f: true },
        { a: { b: 0 }, e: { lo: 0.5 } },
      ]),
    ).toBe('a.b,a.c,d.0,d.1,e.lo,f\n1,,1,"x,y",,true\n0,,,,0.5,\n');
    expect(flatCsv([])).toBe("");
  });

  it("keeps the columns of values that are null, and puts a list of words into one column", () => {
    expect(flatCsv([{ rate: { interval: null }, drop: [], notes: ["a", "b"] }], { interval: ["lo", "hi"] })).toBe(
      "rate.interval.lo,rate.interval.hi,drop,notes\n,,,a | b\n",
    );
  });

  it("has the same column order whichever row has an interval", () => {
    const [without, within] = [
      { n: 0, interval: null, bounds: { lo: 0 } },
      { n: 9, interval: { lo: 0.1, hi: 0.2 }, bounds: { lo: 0.1 } },
    ];
    const header = (documents: readonly object[]): string => flatCsv(documents).split("\n")[0] ?? "";
    expect(header([without, within])).toBe("n,interval.lo,interval.hi,bounds.lo");
    expect(header([within, without])).toBe(header([without, within]));
  });
});
