import { simulate } from "../simulate/simulate.ts";
import { rateOf } from "../reban/rate.ts";
import { tallyAttempts } from "../value/table.ts";
import { value } from "../value/value.ts";
import { FLEET_CELLS, type FleetCell, type Variant } from "./cells.ts";
import { generateFleet, OUTCOME_DAYS, type GeneratedCell } from "./fleet.ts";
import { truthOf, type CellTruth } from "./truth.ts";

/** What may cover a truth, and does so in a share of the replicates. */
export const COVERED = [
  "hardware",
  "any",
  "bounds",
  "bounds_monotone",
  "bounds_monotone_ci",
  "true_detections",
  "true_detections_ci",
] as const;
export type Covered = (typeof COVERED)[number];

export interface Tally {
  covered: number;
  of: number;
}

export interface CoverageOfCell {
  readonly cluster: string;
  readonly tallies: Readonly<Record<Covered, Tally>>;
}

/** The relaxation asked about: from 12 passes to 10 (statistics.md 4). */
const PASSES = { of: 12, passes: 10 } as const;

/**
 * How often intervals and bounds contain what is true of the generative fleet (statistics.md 4, settled.md E):
 * the re-ban rate by integration, the realised rate of the same admissions, the rate of those that 10 passes would add,
 * and the failures at each run that stop a node that is not healthy (all runs of a replicate together).
 */
export function coverage({
  seeds,
  variant,
}: {
  readonly seeds: readonly number[];
  readonly variant: Variant;
}): CoverageOfCell[] {
  const truths = FLEET_CELLS.map((cell) => truthOf(cell, { variant, windowDays: OUTCOME_DAYS }));
  const tallies = FLEET_CELLS.map(
    () => Object.fromEntries(COVERED.map((name) => [name, { covered: 0, of: 0 }])) as Record<Covered, Tally>,
  );
  for (const seed of seeds) {
    for (const [at, generated] of generateFleet({ seed, variant, canaryProbability: 0 }).entries()) {
      const [truth, tally] = [truths[at], tallies[at]];
      if (truth !== undefined && tally !== undefined) count(tally, generated, truth);
    }
  }
  return FLEET_CELLS.map(({ cluster }: FleetCell, at) => ({ cluster, tallies: tallies[at] as Record<Covered, Tally> }));
}

function count(
  tally: Record<Covered, Tally>,
  { attempts, spells, trueDetections, realised }: GeneratedCell,
  truth: CellTruth,
): void {
  const counted = (name: Covered, holds: boolean): void => {
    tally[name].of += 1;
    if (holds) tally[name].covered += 1;
  };
  const inside = (value: number, limits: { readonly lo: number; readonly hi: number } | null): boolean =>
    limits !== null && limits.lo <= value && value <= limits.hi;
  const rate = truth.rate();
  const hardware = rateOf(spells, OUTCOME_DAYS, "hardware");
  counted("hardware", inside(rate.hardware, hardware.interval));
  counted("any", inside(rate.any, rateOf(spells, OUTCOME_DAYS, "any").interval));
  counted("bounds", inside(realised.hardware / realised.n, hardware.bounds));
  const [{ reban_rate_of_additional: added } = { reban_rate_of_additional: undefined }] = simulate({
    attempts,
    spells,
    of: PASSES.of,
    passes: [PASSES.passes],
    windowDays: OUTCOME_DAYS,
    endpoint: "hardware",
    asOf: null,
  });
  const additional = truth.additional(PASSES.passes).hardware;
  for (const name of ["bounds_monotone", "bounds_monotone_ci"] as const) {
    const bounds = added?.[name] ?? null;
    // Nobody is added: nothing is said.
    if (bounds !== null) counted(name, inside(additional, { lo: bounds[0], hi: bounds[1] }));
  }
  const runs = value(tallyAttempts(attempts).tallies);
  for (const name of ["true_detections", "true_detections_ci"] as const)
    counted(
      name,
      runs.every((run) => inside(trueDetections[run.run - 1] ?? 0, run[name])),
    );
}
