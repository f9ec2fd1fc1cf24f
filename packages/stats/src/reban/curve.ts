import type { Endpoint } from "../model.ts";
import { atRiskAt, type EventTable } from "../survival/event-table.ts";
import { incidenceSteps, type IncidenceAt } from "../survival/incidence.ts";
import { causesOf } from "./endpoints.ts";
import { intervalOf, rateIn } from "./rate.ts";

/** The rate from `days` on until the next point, with its interval and who was at risk just before. */
export interface CurvePoint {
  readonly days: number;
  readonly rate: number;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly at_risk: number;
}

/**
 * R(t) from day 0 to the end of the window, or of the longest follow-up where that is shorter: a point for each rise
 * and one for either end.
 */
export function curveOf(table: EventTable, windowDays: number, endpoint: Endpoint): CurvePoint[] {
  if (table.n === 0) return [];
  const until = Math.min(windowDays, table.ends.at(-1) ?? 0);
  const causes = causesOf(endpoint);
  const points: CurvePoint[] = [];
  let events = 0;
  let last: IncidenceAt = {
    days: 0,
    atRisk: atRiskAt(table, 0),
    rate: 0,
    variance: 0,
    survival: 1,
    greenwood: 0,
    net: 0,
  };
  const add = (step: IncidenceAt): void => {
    const rate = rateIn(step, endpoint);
    const interval = intervalOf(step, rate, endpoint, { events, atRisk: step.atRisk });
    points.push({ days: step.days, rate, lo: interval?.lo ?? null, hi: interval?.hi ?? null, at_risk: step.atRisk });
  };
  let at = 0;
  for (const step of incidenceSteps(table, causes, until)) {
    const banned = causes.reduce((sum, cause) => sum + (table.bans[cause][at] ?? 0), 0);
    at += 1;
    if (points.length === 0 && step.days > 0) add(last);
    last = step;
    if (banned === 0) continue;
    events += banned;
    add(step);
  }
  if (points.length === 0) add({ ...last, days: 0, atRisk: atRiskAt(table, 0) });
  if (points.at(-1)?.days !== until) add({ ...last, days: until, atRisk: atRiskAt(table, until) });
  return points;
}
