import { BAN_CAUSES, type BanCause } from "@slipway/domain";
import { StatsInputError } from "../input-error.ts";
import { logLog, wilson } from "../intervals.ts";
import type { Endpoint, Interval, Rate } from "../model.ts";
import { atRiskAt, below, eventTable, upTo, type EventTable, type FollowUp } from "../survival/event-table.ts";
import { incidence, type Incidence } from "../survival/incidence.ts";
import { causesOf } from "./endpoints.ts";

/**
 * The re-ban rate of a set of admissions within a window (statistics.md 1.3 with A1-A8, A11).
 *
 * @param windowDays inclusive, above 0
 * @throws StatsInputError for a window that is none, and for rows that cannot be
 */
export const rateOf = (spells: readonly FollowUp[], windowDays: number, endpoint: Endpoint): Rate =>
  rateOfTable(eventTable(spells), windowDays, endpoint);

/** {@link rateOf} of rows that are sorted already. */
export function rateOfTable(table: EventTable, windowDays: number, endpoint: Endpoint): Rate {
  if (!(windowDays > 0 && windowDays < Infinity))
    throw new StatsInputError(`a window is a number of days above 0, not ${String(windowDays)}`);
  const causes = causesOf(endpoint);
  const { n } = table;
  const events = countBans(table, causes, windowDays);
  const censored = below(table.censored, windowDays);
  const atRisk = atRiskAt(table, windowDays);
  const counts = { window_days: windowDays, endpoint, n, events, censored, at_risk_at_window: atRisk };
  if (n === 0) return { ...unknown, ...counts, status: "no_data", bounds: { lo: 0, hi: 1 } };
  const bounds = { lo: events / n, hi: (events + censored) / n };
  const found = incidence(table, causes, windowDays);
  if (atRisk === 0 && found.survival > 0) {
    const days = table.ends.at(-1) ?? 0;
    return {
      ...unknown,
      ...counts,
      status: "insufficient_follow_up",
      bounds,
      at_last_follow_up: { days, rate: rateIn(incidence(table, causes, days), endpoint) },
    };
  }
  const estimate = rateIn(found, endpoint);
  const byCause = Object.fromEntries(
    BAN_CAUSES.map((cause) => [cause, incidence(table, [cause], windowDays).rate]),
  ) as Record<BanCause, number>;
  return {
    ...counts,
    estimate,
    status: "ok",
    interval: intervalOf(found, estimate, endpoint, { events, atRisk }),
    bounds,
    by_cause: byCause,
    // With other bans as censorings nobody may be left at the end of the window.
    net: atRisk === 0 && found.net < 1 ? null : found.net,
    unknown_either_way: unknownEitherWay(endpoint, estimate, byCause),
  };
}

const unknown = {
  estimate: null,
  interval: null,
  by_cause: { hardware: null, fabric: null, platform: null, configuration: null, unknown: null, workload: null },
  net: null,
  unknown_either_way: { lo: null, hi: null },
};

function countBans({ times, bans }: EventTable, causes: readonly BanCause[], windowDays: number): number {
  const until = upTo(times, windowDays);
  return causes.reduce(
    (sum, cause) => sum + bans[cause].subarray(0, until).reduce((count, each) => count + each, 0),
    0,
  );
}

/** The rate of `any` is 1 - S itself, so that its interval contains it to the last digit. */
export const rateIn = ({ rate, survival }: Incidence, endpoint: Endpoint): number =>
  endpoint === "any" ? 1 - survival : rate;

/**
 * log(-log) for `any`, else Wilson on the effective number of admissions; without events on those still followed, and
 * none of a rate of 1 (A2, A3).
 */
export function intervalOf(
  { variance, survival, greenwood }: Incidence,
  estimate: number,
  endpoint: Endpoint,
  { events, atRisk }: { readonly events: number; readonly atRisk: number },
): Interval | null {
  if (events === 0 || estimate <= 0) return { method: "wilson", level: 0.95, ...wilson(0, atRisk) };
  if (estimate >= 1 - 1e-12) return null;
  if (endpoint === "any") return { method: "log-log", level: 0.95, ...logLog(survival, greenwood) };
  const effective = (estimate * (1 - estimate)) / variance;
  return Number.isFinite(effective)
    ? { method: "wilson-n-eff", level: 0.95, ...wilson(estimate * effective, effective) }
    : null;
}

/** Bans of cause unknown leave the curve of all bans as it is, so that they only change sides. */
function unknownEitherWay(
  endpoint: Endpoint,
  estimate: number,
  { unknown: share, hardware, workload }: Readonly<Record<BanCause, number>>,
): Rate["unknown_either_way"] {
  if (endpoint === "hardware") return { lo: Math.max(0, estimate - share), hi: estimate };
  if (endpoint === "hardware-only") return { lo: hardware, hi: hardware + share };
  if (endpoint === "workload") return { lo: workload + share, hi: workload };
  return endpoint === "unknown" ? { lo: 0, hi: 0 } : { lo: estimate, hi: estimate };
}
