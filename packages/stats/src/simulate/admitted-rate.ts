import { wilson } from "../intervals.ts";
import type { Attempt, Bounds, Endpoint, Interval, Rate, Spell } from "../model.ts";
import { isPostOfr } from "../reban/question.ts";
import { rateOf } from "../reban/rate.ts";

/** R_adm: the re-ban rate of the nodes that the policy in force let in. */
export type AdmittedRate = Pick<Rate, "estimate" | "status" | "interval" | "bounds" | "n" | "events" | "censored">;

/** What is known of R_adm, for use in bounds: the rate itself or where it lies for certain, and its 95 % limits. */
export interface KnownRate {
  readonly shown: AdmittedRate;
  /** Null when nobody was admitted. */
  readonly range: Bounds | null;
  readonly limits: Bounds | null;
  readonly unknownEitherWay: { readonly lo: number | null; readonly hi: number | null };
}

/** R_adm as the reban answer of the same admissions. */
export function admittedBySpells(spells: readonly Spell[], windowDays: number, endpoint: Endpoint): KnownRate {
  const { estimate, status, interval, bounds, n, events, censored, unknown_either_way }: Rate = rateOf(
    spells.filter(isPostOfr),
    windowDays,
    endpoint,
  );
  return known({ estimate, status, interval, bounds, n, events, censored }, unknown_either_way);
}

/**
 * R_adm by the column `reban` of the attempts that passed all runs (settled.md E). One of them that was not followed
 * leaves the rate unknown, and bounded.
 */
export function admittedByAttempts(attempts: readonly Attempt[], of: number): KnownRate {
  const admitted = attempts.filter(
    ({ firstFailedRun, runsExecuted, admittedAsCanary }) =>
      (firstFailedRun === null || firstFailedRun > of) && runsExecuted >= of && !admittedAsCanary,
  );
  const n = admitted.length;
  const events = admitted.filter(({ reban }) => reban === true).length;
  const censored = admitted.filter(({ reban }) => reban === null).length;
  const status = n === 0 ? "no_data" : censored > 0 ? "insufficient_follow_up" : "ok";
  const estimate = status === "ok" ? events / n : null;
  const limits = n === 0 ? null : wilson(events, n);
  // A2: a rate of 1 has no interval.
  const interval: Interval | null =
    estimate === null || estimate === 1 || limits === null
      ? null
      : { method: "wilson", level: 0.95, lo: limits.lo, hi: limits.hi };
  return known(
    {
      estimate,
      status,
      interval,
      bounds: n === 0 ? { lo: 0, hi: 1 } : { lo: events / n, hi: (events + censored) / n },
      n,
      events,
      censored,
    },
    { lo: null, hi: null },
  );
}

function known(shown: AdmittedRate, unknownEitherWay: KnownRate["unknownEitherWay"]): KnownRate {
  const { estimate, interval, bounds, n, events, censored } = shown;
  if (n === 0) return { shown, range: null, limits: null, unknownEitherWay };
  // Where the estimator has no interval, that of the worst cases of censoring holds all the more.
  const limits = interval ?? { lo: wilson(events, n).lo, hi: wilson(events + censored, n).hi };
  return {
    shown,
    range: estimate === null ? bounds : { lo: estimate, hi: estimate },
    limits: { lo: limits.lo, hi: limits.hi },
    unknownEitherWay,
  };
}
