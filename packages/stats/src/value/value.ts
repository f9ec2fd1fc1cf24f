import { StatsInputError } from "../input-error.ts";
import { wilson, wilsonUpper } from "../intervals.ts";
import { DEFINITION_VERSION, type Bounds } from "../model.ts";
import { normalUpperQuantile } from "../normal-quantile.ts";
import type { RunTally } from "./table.ts";

/** What an escaped ban costs, and an hour of a node, in one currency, and who says so: a price is a decision. */
export interface Prices {
  readonly banCost: number;
  readonly nodeHourPrice: number;
  readonly setBy: string;
}

export interface ValueOptions {
  /** A known R_adm, in [0, 1]. */
  readonly admittedRate?: number;
  readonly prices?: Prices;
  /** Attempts of other lanes than slow, which are not among the tallies; 0 when absent. */
  readonly otherLanes?: number;
}

/** [lowest, highest]; null is no bound. */
export type OpenPair = readonly [number | null, number | null];

/** interfaces.md 6, I4. */
export interface ValueAnswer {
  readonly schema: "slipway/value@1";
  readonly run: number;
  readonly reached: number;
  readonly first_failures: number;
  readonly hazard: number | null;
  readonly interval: Bounds | null;
  readonly node_hours: number | null;
  readonly node_hours_per_detection: number | null;
  readonly node_hours_per_detection_at_least: number | null;
  readonly true_detections: Bounds;
  readonly true_detections_excluding_never_failed: Bounds | null;
  /** With a flake ceiling that holds at 95 % for all runs together: the one to show. */
  readonly true_detections_ci: Bounds;
  readonly rebans_avoided?: { readonly bounds_none: OpenPair; readonly bounds_monotone: OpenPair };
  readonly node_hours_per_reban_avoided?: { readonly bounds_none: OpenPair; readonly bounds_monotone: OpenPair };
  /** The first of the runs that cost more than all they could avoid; null when there is none. */
  readonly stop_from_run?: number | null;
  readonly set_by?: string;
  /** What is in no count of this answer. */
  readonly excluded: { readonly other_lanes: number };
  readonly warnings: readonly string[];
  readonly assumptions: readonly string[];
  readonly definition_version: typeof DEFINITION_VERSION;
}

/**
 * What each run is worth (statistics.md 1.5, A15): what it costs, what it finds, and how much of that can be flakes. A
 * run's flakes are at most the smallest share that fails any run, since flakes are equally likely at each.
 *
 * @throws StatsInputError for a rate outside [0, 1] and a price that is none
 */
export function value(
  tallies: readonly RunTally[],
  { admittedRate, prices, otherLanes = 0 }: ValueOptions = {},
): ValueAnswer[] {
  if (admittedRate !== undefined && !(admittedRate >= 0 && admittedRate <= 1))
    throw new StatsInputError(
      `the re-ban rate of admitted nodes is a fraction from 0 to 1, not ${String(admittedRate)}`,
    );
  if (prices !== undefined && !(prices.banCost >= 0 && prices.nodeHourPrice >= 0))
    throw new StatsInputError("the cost of a ban and the price of a node hour are numbers from 0");
  const reached = tallies.filter((tally) => tally.reached > 0);
  const z = normalUpperQuantile(0.025 / Math.max(1, tallies.length));
  const smallest = (of: readonly RunTally[], share: (tally: RunTally) => number): number =>
    of.reduce((least, tally) => Math.min(least, share(tally)), 1);
  const hazard = ({ firstFailures, reached: n }: RunTally): number => firstFailures / n;
  const ceilings: Ceilings = {
    all: smallest(reached, hazard),
    failed: smallest(
      reached.filter(({ firstFailures }) => firstFailures > 0),
      hazard,
    ),
    ci: smallest(reached, ({ firstFailures, reached: n }) => wilsonUpper(firstFailures, n, z)),
  };
  const assumptions = [
    ...ASSUMPTIONS,
    ...(otherLanes > 0 ? [`${String(otherLanes)} attempts of other lanes than slow: left out`] : []),
  ];
  const stop = prices === undefined ? {} : { stop_from_run: stopFrom(tallies, prices), set_by: prices.setBy };
  return tallies.map((tally) => ({
    ...answer(tally, ceilings, admittedRate),
    ...stop,
    excluded: { other_lanes: otherLanes },
    warnings: warningsOf(tally),
    assumptions,
    definition_version: DEFINITION_VERSION,
  }));
}

/** Flake rates that are not exceeded: the smallest hazard, that of runs that ever failed, and the smallest upper limit. */
interface Ceilings {
  readonly all: number;
  readonly failed: number;
  readonly ci: number;
}

const ASSUMPTIONS = [
  "true_detections: a healthy node is equally likely to fail each run, and testing makes no defect",
  "true_detections_ci: the same, with the smallest upper limit of all runs at 95 % for all of them together",
];

function answer(
  { run, reached, firstFailures, nodeHours }: RunTally,
  ceilings: Ceilings,
  admittedRate: number | undefined,
): Omit<ValueAnswer, "excluded" | "warnings" | "assumptions" | "definition_version"> {
  const atLeast = (ceiling: number): Bounds => ({
    lo: Math.max(0, firstFailures - reached * ceiling),
    hi: firstFailures,
  });
  const { lo, hi } = reached === 0 ? { lo: null, hi: null } : wilson(firstFailures, reached);
  const perDetection = nodeHours === null || firstFailures === 0 ? null : nodeHours / firstFailures;
  return {
    schema: "slipway/value@1",
    run,
    reached,
    first_failures: firstFailures,
    hazard: reached === 0 ? null : firstFailures / reached,
    interval: lo === null ? null : { lo, hi },
    node_hours: nodeHours,
    node_hours_per_detection: perDetection,
    node_hours_per_detection_at_least:
      nodeHours === null || reached === 0 ? null : nodeHours / reached / wilsonUpper(firstFailures, reached),
    true_detections: atLeast(ceilings.all),
    true_detections_excluding_never_failed: firstFailures === 0 ? null : atLeast(ceilings.failed),
    true_detections_ci: atLeast(ceilings.ci),
    ...(admittedRate === undefined ? {} : avoided(firstFailures, perDetection, admittedRate)),
  };
}

/**
 * Of those that first failed here none may have been banned again, or all; under monotone selection at least as many
 * as of the admitted.
 */
function avoided(
  firstFailures: number,
  perDetection: number | null,
  rate: number,
): Required<Pick<ValueAnswer, "rebans_avoided" | "node_hours_per_reban_avoided">> {
  return {
    rebans_avoided: { bounds_none: [0, firstFailures], bounds_monotone: [firstFailures * rate, firstFailures] },
    node_hours_per_reban_avoided: {
      bounds_none: [perDetection, null],
      bounds_monotone: [perDetection, perDetection === null || rate === 0 ? null : perDetection / rate],
    },
  };
}

/**
 * The stop rule of statistics.md 1.5, for a tail of runs: each of them costs more than the most it can have avoided,
 * a re-ban for each of its failures.
 */
function stopFrom(tallies: readonly RunTally[], { banCost, nodeHourPrice }: Prices): number | null {
  let stop: number | null = null;
  for (const { run, firstFailures, nodeHours } of [...tallies].reverse()) {
    if (nodeHours === null || !(firstFailures * banCost < nodeHours * nodeHourPrice)) break;
    stop = run;
  }
  return stop;
}

function warningsOf({ reached, firstFailures }: RunTally): string[] {
  if (reached === 0) return ["not-reached"];
  return firstFailures === 0 ? ["never-failed"] : [];
}
