import { BAN_CAUSES, type BanCause } from "@slipway/domain";
import { StatsInputError } from "../input-error.ts";
import type { Spell } from "../model.ts";

/** What a product-limit estimate needs of a set of admissions. */
export type FollowUp = Pick<Spell, "admissionId" | "days" | "cause" | "enteredDays">;

/** Admissions by the times at which any were banned for good; times are exact, in days after admission (A7). */
export interface EventTable {
  readonly n: number;
  /** Distinct times of terminal bans, rising. */
  readonly times: Float64Array;
  /** Y: at risk just before each time (A5). */
  readonly atRisk: Float64Array;
  /** d by class, and of all classes, at each time. */
  readonly bans: Readonly<Record<BanCause, Float64Array>>;
  readonly allBans: Float64Array;
  /** Days of the censored, rising. */
  readonly censored: Float64Array;
  /** Days of all, rising. */
  readonly ends: Float64Array;
  /** Days from which late rows are at risk, rising; rows at risk from before day 0 are not in it. */
  readonly entries: Float64Array;
}

/**
 * Sorts once; every window, class and curve is then one pass over the ban times.
 *
 * @throws StatsInputError for days that are no number from 0, and for a row that was never observed
 */
export function eventTable(rows: readonly FollowUp[]): EventTable {
  const ends = new Float64Array(rows.length);
  const late: number[] = [];
  const censored: number[] = [];
  const banned: Record<BanCause, number[]> = {
    hardware: [],
    fabric: [],
    platform: [],
    configuration: [],
    unknown: [],
    workload: [],
  };
  rows.forEach((row, at) => {
    checkFollowUp(row);
    ends[at] = row.days;
    if (row.enteredDays > 0) late.push(row.enteredDays);
    (row.cause === null ? censored : banned[row.cause]).push(row.days);
  });
  ends.sort();
  const entries = Float64Array.from(late).sort();
  const times = distinct(Float64Array.from(Object.values(banned).flat()).sort());
  const bans = Object.fromEntries(
    BAN_CAUSES.map((cause) => [cause, tally(Float64Array.from(banned[cause]).sort(), times)]),
  ) as Record<BanCause, Float64Array>;
  const [entered, ended] = [countBefore(entries, times), countBefore(ends, times)];
  return {
    n: rows.length,
    times,
    atRisk: times.map((_, at) => rows.length - entries.length + (entered[at] ?? 0) - (ended[at] ?? 0)),
    bans,
    allBans: times.map((_, at) => BAN_CAUSES.reduce((sum, cause) => sum + (bans[cause][at] ?? 0), 0)),
    censored: Float64Array.from(censored).sort(),
    ends,
    entries,
  };
}

/** @throws StatsInputError for days that are no number from 0, and for a row that was never observed */
export function checkFollowUp({ admissionId, days, cause, enteredDays }: FollowUp): void {
  if (!(days >= 0 && days < Infinity))
    throw new StatsInputError(`admission ${admissionId}: days are ${String(days)}, and a number from 0 is meant`);
  if (!(enteredDays >= 0))
    throw new StatsInputError(
      `admission ${admissionId}: entered_days are ${String(enteredDays)}, and a number from 0 is meant`,
    );
  if (enteredDays > days || (enteredDays === days && enteredDays > 0 && cause !== null))
    throw new StatsInputError(
      `admission ${admissionId}: it is observed from day ${String(enteredDays)} on, and ended on day ${String(days)}`,
    );
}

function distinct(sorted: Float64Array): Float64Array {
  return sorted.filter((time, at) => at === 0 || time !== sorted[at - 1]);
}

/** How many of `days` fall on each of `times`, which holds them all; both rise. */
function tally(days: Float64Array, times: Float64Array): Float64Array {
  const counts = new Float64Array(times.length);
  let at = 0;
  for (const day of days) {
    while (times[at] !== day) at += 1;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/** How many of `values` are below each of `times`; both rise. */
function countBefore(values: Float64Array, times: Float64Array): Float64Array {
  let before = 0;
  return times.map((time) => {
    while ((values[before] ?? Infinity) < time) before += 1;
    return before;
  });
}

/** How many of rising `values` are below `limit`. */
export const below = (values: Float64Array, limit: number): number => countUntil(values, (value) => value >= limit);

/** How many of rising `values` are at `limit` or below. */
export const upTo = (values: Float64Array, limit: number): number => countUntil(values, (value) => value > limit);

/** How many of rising `values` come before the first that is beyond. */
function countUntil(values: Float64Array, beyond: (value: number) => boolean): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (beyond(values[middle] ?? Infinity)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Rows at risk just before `days` end (A4): entered before and still there, so that what ends on the day itself counts. */
export function atRiskAt({ n, entries, ends }: EventTable, days: number): number {
  return n - entries.length + below(entries, days) - below(ends, days);
}
