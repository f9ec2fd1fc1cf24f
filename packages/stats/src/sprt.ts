import { StatsInputError } from "./input-error.ts";

export interface SprtDesign {
  /** Share of runs that a healthy node fails. */
  readonly p0: number;
  /** Share of runs that a bad node fails. */
  readonly p1: number;
  /** Chance to refuse a healthy node. */
  readonly alpha: number;
  /** Chance to admit a bad one. */
  readonly beta: number;
}

export interface SprtAnswer {
  readonly schema: "slipway/sprt@1";
  readonly llr_pass: number;
  readonly llr_fail: number;
  readonly admit_boundary: number;
  readonly refuse_boundary: number;
  readonly decision: "admit" | "refuse" | "continue";
  /** The run that decided, from 1; null while nothing is decided. */
  readonly at_run: number | null;
  /** At the deciding run, or of all runs. */
  readonly log_lr: number;
  readonly passes_in_a_row_to_admit: number;
}

/** What a boundary may be missed by in double precision and still count as hit. */
const ROUNDING = 1e-12;

/**
 * Wald's sequential test of "fails p0 of its runs" against "fails p1" (statistics.md A16; A. Wald, Sequential Tests of
 * Statistical Hypotheses, Ann. Math. Stat. 16, 1945). Boundaries are inclusive, the first crossing decides.
 *
 * @param results `P` and `F` by run, the oldest first; may be empty
 * @throws StatsInputError for a design outside 0 < p0 < p1 < 1, alpha + beta < 1, and for another letter
 */
export function sprt({ p0, p1, alpha, beta }: SprtDesign, results: string): SprtAnswer {
  if (!(p0 > 0 && p0 < p1 && p1 < 1))
    throw new StatsInputError(`p0 and p1 have to be 0 < p0 < p1 < 1, not ${String(p0)} and ${String(p1)}`);
  if (!(alpha > 0 && beta > 0 && alpha + beta < 1))
    throw new StatsInputError(
      `alpha and beta have to be above 0 and below 1 together, not ${String(alpha)} and ${String(beta)}`,
    );
  const odd = results.search(/[^PF]/);
  if (odd >= 0)
    throw new StatsInputError(
      `result ${String(odd + 1)} is ${JSON.stringify(results[odd])}: a run is P or F; an inconclusive one is neither and is left out`,
    );

  const llrPass = Math.log((1 - p1) / (1 - p0));
  const llrFail = Math.log(p1 / p0);
  const admit = Math.log(beta / (1 - alpha));
  const refuse = Math.log((1 - beta) / alpha);
  const walk = decide({ llrPass, llrFail, admit, refuse }, results);
  return {
    schema: "slipway/sprt@1",
    llr_pass: llrPass,
    llr_fail: llrFail,
    admit_boundary: admit,
    refuse_boundary: refuse,
    ...walk,
    passes_in_a_row_to_admit: Math.ceil((admit / llrPass) * (1 - ROUNDING)),
  };
}

interface Boundaries {
  readonly llrPass: number;
  readonly llrFail: number;
  readonly admit: number;
  readonly refuse: number;
}

function decide(
  { llrPass, llrFail, admit, refuse }: Boundaries,
  results: string,
): Pick<SprtAnswer, "decision" | "at_run" | "log_lr"> {
  let fails = 0;
  let ratio = 0;
  for (let run = 1; run <= results.length; run += 1) {
    if (results[run - 1] === "F") fails += 1;
    // Of counts, not a running sum: it does not gather rounding.
    ratio = (run - fails) * llrPass + fails * llrFail;
    if (ratio <= admit * (1 - ROUNDING)) return { decision: "admit", at_run: run, log_lr: ratio };
    if (ratio >= refuse * (1 - ROUNDING)) return { decision: "refuse", at_run: run, log_lr: ratio };
  }
  return { decision: "continue", at_run: null, log_lr: ratio };
}
