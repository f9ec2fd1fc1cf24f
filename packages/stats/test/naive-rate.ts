import type { BanCause } from "@slipway/domain";
import { Z95 } from "../src/model.ts";
import type { FollowUp } from "../src/survival/event-table.ts";

/** What statistics.md A1-A5 define, term by term over all rows for every ban time: an implementation to hold the other against. */
export interface NaiveRate {
  readonly survival: number;
  readonly rate: number;
  readonly variance: number;
  readonly greenwood: number;
  readonly logLog: readonly [number, number];
  readonly effective: readonly [number, number];
}

export function naiveRate(rows: readonly FollowUp[], days: number, causes: readonly BanCause[]): NaiveRate {
  const times = [...new Set(rows.flatMap((row) => (row.cause !== null && row.days <= days ? [row.days] : [])))].sort(
    (a, b) => a - b,
  );
  const counts = times.map((time) => {
    const y = rows.filter((row) => (row.enteredDays === 0 || row.enteredDays < time) && time <= row.days).length;
    const banned = rows.filter((row) => row.cause !== null && row.days === time);
    return { y, d: banned.length, own: banned.filter(({ cause }) => cause !== null && causes.includes(cause)).length };
  });
  const survivalAfter = (count: number): number =>
    counts.slice(0, count).reduce((product, { y, d }) => product * ((y - d) / y), 1);
  const rateAfter = (count: number): number =>
    counts.slice(0, count).reduce((sum, { y, own }, at) => sum + (survivalAfter(at) * own) / y, 0);
  const rate = rateAfter(times.length);
  const survival = survivalAfter(times.length);
  let variance = 0;
  let greenwood = 0;
  counts.forEach(({ y, d, own }, at) => {
    const rest = rate - rateAfter(at + 1);
    const before = survivalAfter(at);
    if (y > d) variance += (rest ** 2 * d) / (y * (y - d));
    greenwood += d / (y * (y - d));
    variance += (before ** 2 * own * (y - own)) / y ** 3 - (2 * rest * before * own) / y ** 2;
  });
  const exponent = (Z95 * Math.sqrt(greenwood)) / Math.abs(Math.log(survival));
  const n = (rate * (1 - rate)) / variance;
  const half = Z95 * Math.sqrt((rate * (1 - rate)) / n + Z95 ** 2 / (4 * n ** 2));
  return {
    survival,
    rate,
    variance,
    greenwood,
    logLog: [1 - survival ** Math.exp(-exponent), 1 - survival ** Math.exp(exponent)],
    effective: [
      (rate + Z95 ** 2 / (2 * n) - half) / (1 + Z95 ** 2 / n),
      (rate + Z95 ** 2 / (2 * n) + half) / (1 + Z95 ** 2 / n),
    ],
  };
}

let made = 0;

/** A row of a spells file; a cause of null is a censoring. */
export function row(days: number, cause: BanCause | null = null, enteredDays = 0): FollowUp {
  made += 1;
  return { admissionId: `a${String(made)}`, days, cause, enteredDays };
}
