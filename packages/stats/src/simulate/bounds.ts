import type { Bounds } from "../model.ts";
import type { KnownRate } from "./admitted-rate.ts";

/** [lowest, highest]. */
export type Pair = readonly [number, number];

/** Bounds by what is assumed of the refused nodes: nothing; no better than the admitted ones; with odds at most G times theirs. */
export interface Bounded {
  readonly point: number | null;
  readonly bounds_none: Pair;
  readonly bounds_monotone: Pair | null;
  /** `bounds_monotone` with the 95 % limits of R_adm in the place of R_adm (A12): the one to show. */
  readonly bounds_monotone_ci: Pair | null;
  readonly bounds_odds?: Pair | null;
  readonly bounds_odds_ci?: Pair | null;
}

/** How many nodes a policy adds to how many. */
export interface Sizes {
  readonly admitted: number;
  readonly lo: number;
  readonly hi: number;
}

/** The rate whose odds are `ratio` times those of `rate`. */
export const timesOdds = (rate: number, ratio: number): number => (rate * ratio) / (1 - rate + rate * ratio);

/**
 * Re-ban rate of the added nodes (statistics.md 1.4, A12, A13); `point` is the canary arm's, which there is only when
 * the number is known.
 */
export function rateOfAdded(
  { hi }: Sizes,
  { range, limits }: KnownRate,
  odds: number | undefined,
  point: number | null,
): Bounded {
  const nothing = hi === 0 || range === null || limits === null;
  const upTo = (from: Bounds | null): Pair | null =>
    nothing || from === null || odds === undefined ? null : [from.lo, timesOdds(from.hi, odds)];
  return {
    point: hi === 0 ? null : point,
    bounds_none: [0, 1],
    bounds_monotone: nothing ? null : [range.lo, 1],
    bounds_monotone_ci: nothing ? null : [limits.lo, 1],
    ...(odds === undefined ? {} : { bounds_odds: upTo(range), bounds_odds_ci: upTo(limits) }),
  };
}

/** Re-bans of the added nodes: their number times their rate, each at its worst and best. */
export function extraRebans(
  { lo, hi }: Sizes,
  { range, limits }: KnownRate,
  odds: number | undefined,
  point: number | null,
): Bounded {
  const none: Pair = [0, 0];
  if (hi === 0)
    return {
      point: 0,
      bounds_none: none,
      bounds_monotone: none,
      bounds_monotone_ci: none,
      ...(odds === undefined ? {} : { bounds_odds: none, bounds_odds_ci: none }),
    };
  const from = (rate: Bounds | null): Pair | null => rate && [lo * rate.lo, hi];
  const within = (rate: Bounds | null, ratio: number): Pair | null =>
    rate && [lo * rate.lo, hi * timesOdds(rate.hi, ratio)];
  return {
    point: point === null ? null : hi * point,
    bounds_none: [0, hi],
    bounds_monotone: from(range),
    bounds_monotone_ci: from(limits),
    ...(odds === undefined ? {} : { bounds_odds: within(range, odds), bounds_odds_ci: within(limits, odds) }),
  };
}

/**
 * Re-ban rate of all nodes that the policy lets in: the admitted and the added, by their numbers. A rate of 0 pulls it
 * down and one of 1 up, so both of its ends are at the most nodes that may be added.
 */
export function fleetRateAfter(
  { admitted, hi }: Sizes,
  { shown, range, limits }: KnownRate,
  odds: number | undefined,
  point: number | null,
): Bounded {
  const nobody = admitted + hi === 0;
  const mixed = (own: number, added: number): number =>
    hi === 0 ? own : (admitted * own + hi * added) / (admitted + hi);
  const among = (rate: Bounds | null, highest: (of: Bounds) => number): Pair | null =>
    rate === null || nobody ? null : [mixed(rate.lo, rate.lo), mixed(rate.hi, highest(rate))];
  const rate = range ?? { lo: 0, hi: 1 };
  return {
    point: nobody ? null : hi === 0 ? shown.estimate : pointOf(admitted, shown.estimate, point, mixed),
    bounds_none: nobody ? [0, 1] : [mixed(rate.lo, 0), mixed(rate.hi, 1)],
    bounds_monotone: among(range, () => 1),
    bounds_monotone_ci: among(limits, () => 1),
    ...(odds === undefined
      ? {}
      : {
          bounds_odds: among(range, (of) => timesOdds(of.hi, odds)),
          bounds_odds_ci: among(limits, (of) => timesOdds(of.hi, odds)),
        }),
  };
}

function pointOf(
  admitted: number,
  own: number | null,
  added: number | null,
  mixed: (own: number, added: number) => number,
): number | null {
  if (added === null) return null;
  if (admitted === 0) return added;
  return own === null ? null : mixed(own, added);
}
