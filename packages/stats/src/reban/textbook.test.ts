import { describe, expect, it } from "vitest";
import { naiveRate, row } from "../../test/naive-rate.ts";
import { eventTable } from "../survival/event-table.ts";
import { incidence } from "../survival/incidence.ts";
import { rateOf } from "./rate.ts";

/**
 * Weeks of remission of acute leukaemia, a + where it lasted: E. J. Freireich and others, The effect of 6-mercaptopurine on
 * the duration of steroid-induced remissions, Blood 21, 1963, 699-716, as listed by E. A. Gehan, Biometrika 52, 1965,
 * 203-223, and D. R. Cox and D. Oakes, Analysis of Survival Data, 1984, p. 7.
 */
const REMISSIONS = {
  "6-MP": "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+",
  placebo: "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23",
};

/** Time, at risk, survivor function, Greenwood standard error, log(-log) limits, as Stata's `sts list` prints them of these rows. */
const PRINTED: Readonly<Record<keyof typeof REMISSIONS, string>> = {
  "6-MP": `
     6 21 0.8571 0.0764 0.6197 0.9516
     7 17 0.8067 0.0869 0.5631 0.9228
    10 15 0.7529 0.0963 0.5032 0.8894
    13 12 0.6902 0.1068 0.4316 0.8491
    16 11 0.6275 0.1141 0.3675 0.8049
    22  7 0.5378 0.1282 0.2678 0.7468
    23  6 0.4482 0.1346 0.1881 0.6801`,
  placebo: `
     1 21 0.9048 0.0641 0.6700 0.9753
     2 19 0.8095 0.0857 0.5689 0.9239
     3 17 0.7619 0.0929 0.5194 0.8933
     4 16 0.6667 0.1029 0.4254 0.8250
     5 14 0.5714 0.1080 0.3380 0.7492
     8 12 0.3810 0.1060 0.1831 0.5778
    11  8 0.2857 0.0986 0.1166 0.4818
    12  6 0.1905 0.0857 0.0595 0.3774
    15  4 0.1429 0.0764 0.0357 0.3212
    17  3 0.0952 0.0641 0.0163 0.2612
    22  2 0.0476 0.0465 0.0033 0.1970`,
};

const rowsOf = (text: string): ReturnType<typeof row>[] =>
  text.split(" ").map((each) => row(Number.parseInt(each, 10), each.endsWith("+") ? null : "hardware"));

describe.each(["6-MP", "placebo"] as const)("remissions under %s", (arm) => {
  const rows = rowsOf(REMISSIONS[arm]);
  const lines = PRINTED[arm]
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ +/));

  it.each(lines)("are printed at week %s with %s at risk", (week, atRisk, survivor, error, lo, hi) => {
    const rate = rateOf(rows, Number(week), "any");
    const { survival, greenwood } = incidence(eventTable(rows), ["hardware"], Number(week));
    expect({
      atRisk: String(rate.at_risk_at_window),
      survivor: survival.toFixed(4),
      error: (survival * Math.sqrt(greenwood)).toFixed(4),
      lo: (1 - (rate.interval?.hi ?? 9)).toFixed(4),
      hi: (1 - (rate.interval?.lo ?? 9)).toFixed(4),
    }).toEqual({ atRisk, survivor, error, lo, hi });
  });

  it("agree with the definitions term by term", () => {
    for (const [week] of lines) {
      const own = rateOf(rows, Number(week), "any");
      const other = naiveRate(rows, Number(week), ["hardware"]);
      expect(own.estimate).toBeCloseTo(1 - other.survival, 10);
      expect(own.interval?.lo).toBeCloseTo(other.logLog[0], 10);
      expect(own.interval?.hi).toBeCloseTo(other.logLog[1], 10);
    }
  });
});
