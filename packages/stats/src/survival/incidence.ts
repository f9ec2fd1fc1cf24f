import type { BanCause } from "@slipway/domain";
import type { EventTable } from "./event-table.ts";

/** Cumulative incidence of some classes with all others competing, after the ban times up to a day. */
export interface Incidence {
  /** F: the sum of S(t-) d_c/Y (Aalen-Johansen). */
  readonly rate: number;
  /** Of F, of Greenwood's type (A3). */
  readonly variance: number;
  /** S: the product of 1 - d/Y over all classes. */
  readonly survival: number;
  /** V: the sum of d/(Y(Y-d)); infinite once all at risk were banned (A2). */
  readonly greenwood: number;
  /** 1-KM of the classes with other bans as censorings (I3). */
  readonly net: number;
}

/** An incidence at a ban's time. */
export interface IncidenceAt extends Incidence {
  readonly days: number;
  readonly atRisk: number;
}

/** Where `days` after the admission leave off. */
export function incidence(table: EventTable, causes: readonly BanCause[], days: number): Incidence {
  let last: Incidence = { rate: 0, variance: 0, survival: 1, greenwood: 0, net: 0 };
  for (const step of incidenceSteps(table, causes, days)) last = step;
  return last;
}

/**
 * The incidence at every ban time up to `days`. A3's sums are kept as they are when (F(W) - F(t))² is multiplied out, so
 * that a whole curve with its variance is one pass.
 */
export function* incidenceSteps(
  { times, atRisk, allBans, bans }: EventTable,
  causes: readonly BanCause[],
  days: number,
): Generator<IncidenceAt> {
  let [survival, rate, greenwood, kept] = [1, 0, 0, 1];
  // Sums of a, F a and F² a with a = d/(Y(Y-d)); of S² d_c(Y-d_c)/Y³; of b and F b with b = S d_c/Y².
  let [a, fa, ffa, own, b, fb] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < times.length; at += 1) {
    const time = times[at] ?? Infinity;
    if (time > days) return;
    const y = atRisk[at] ?? 0;
    const d = allBans[at] ?? 0;
    const dc = causes.reduce((sum, cause) => sum + (bans[cause][at] ?? 0), 0);
    rate += (survival * dc) / y;
    const term = y === d ? 0 : d / (y * (y - d));
    a += term;
    fa += rate * term;
    ffa += rate * rate * term;
    own += (survival * survival * dc * (y - dc)) / (y * y * y);
    const step = (survival * dc) / (y * y);
    b += step;
    fb += rate * step;
    greenwood += y === d ? Infinity : term;
    survival *= 1 - d / y;
    kept *= 1 - dc / y;
    const variance = rate * rate * a - 2 * rate * fa + ffa + own - 2 * (rate * b - fb);
    yield { days: time, atRisk: y, rate, variance: Math.max(0, variance), survival, greenwood, net: 1 - kept };
  }
}
