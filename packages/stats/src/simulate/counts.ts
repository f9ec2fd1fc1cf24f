import { StatsInputError } from "../input-error.ts";
import type { Attempt } from "../model.ts";

/** A threshold: `passes` instead of `of` in a row, by all checks but those dropped; no failure is allowed. */
export interface Policy {
  readonly of: number;
  readonly passes: number;
  readonly drop: readonly string[];
}

/** What a policy would have done with attempts that were made under `of` passes of every check. */
export interface PolicyCounts {
  /** Passed all `of` runs. */
  readonly admitted: number;
  /** Neither failed nor made all runs: let in by nobody's rule, refused by nobody's. */
  readonly incomplete: number;
  /** Refused, and let in by the policy for certain. */
  readonly added: readonly Attempt[];
  /** Refused, and let in or not by runs that were never made. */
  readonly uncertain: number;
  /**
   * Of those let in, where unseen runs fail as seen ones do; null when no attempt failed by dropped checks alone, or
   * no such run was seen.
   */
  readonly expected: number | null;
  /** Null when hours are not known, or depend on runs that were never made. */
  readonly nodeHoursSaved: number | null;
}

/**
 * Counts a policy (statistics.md 1.4, A14). A refused attempt is added when its first failure is after run `passes`, or
 * when it failed only dropped checks and every later run up to `passes` did so too or passed. Runs made after a failure
 * are used; where they were not made the attempt is uncertain.
 *
 * @param attempts of the slow lane, ordered, each once
 * @throws StatsInputError when `of` and `passes` are no whole numbers with 1 <= passes <= of
 */
export function countPolicy(attempts: readonly Attempt[], { of, passes, drop }: Policy): PolicyCounts {
  if (!(Number.isInteger(of) && Number.isInteger(passes) && passes >= 1 && passes <= of))
    throw new StatsInputError(
      `passes are whole numbers from 1 to the ${String(of)} that were required, not ${String(passes)}`,
    );
  const dropped = new Set(drop);
  const added: Attempt[] = [];
  const unseen: (readonly number[])[] = [];
  let admitted = 0;
  let incomplete = 0;
  let unknownChecks = false;
  let byDropped = 0;
  for (const attempt of attempts) {
    const { firstFailedRun: first, runsExecuted, failedChecks } = attempt;
    if (first === null || first > of) {
      if (runsExecuted >= of) admitted += 1;
      else incomplete += 1;
    } else if (first > passes) added.push(attempt);
    else if (dropped.size > 0 && failedChecks.every((check) => dropped.has(check))) {
      // An attempts file does not say which checks failed.
      if (failedChecks.length === 0) unknownChecks = true;
      else byDropped += 1;
      const runs = failedChecks.length === 0 ? [first] : unseenRuns(attempt, first, passes, dropped);
      if (runs?.length === 0) added.push(attempt);
      else if (runs !== undefined) unseen.push(runs);
    }
  }
  return {
    admitted,
    incomplete,
    added,
    uncertain: unseen.length,
    expected:
      byDropped === 0 || unknownChecks
        ? null
        : expectedOf(added.length, unseen, otherHazard(attempts, passes, dropped)),
    nodeHoursSaved: unseen.length === 0 ? hoursAfter(attempts, passes, of) : null,
  };
}

/**
 * Runs after the first failing one, up to `passes`, that were not made; `undefined` when one that was made failed by
 * a check that still counts.
 */
function unseenRuns(
  { afterFailure = [] }: Attempt,
  first: number,
  passes: number,
  dropped: ReadonlySet<string>,
): readonly number[] | undefined {
  const made = new Map(afterFailure.map(({ run, failedChecks }) => [run, failedChecks]));
  const unseen: number[] = [];
  for (let run = first + 1; run <= passes; run += 1) {
    const failed = made.get(run);
    if (failed === undefined) unseen.push(run);
    else if (failed.some((check) => !dropped.has(check))) return undefined;
  }
  return unseen;
}

/**
 * q_j of A14 by run from 1: share of the attempts that executed run j that failed at least one check outside those
 * dropped; NaN where nobody executed it.
 */
function otherHazard(attempts: readonly Attempt[], passes: number, dropped: ReadonlySet<string>): readonly number[] {
  const executed = Array.from({ length: passes }, () => 0);
  const failed = Array.from({ length: passes }, () => 0);
  const count = (run: number, checks: readonly string[]): void => {
    if (run > passes) return;
    executed[run - 1] = (executed[run - 1] ?? 0) + 1;
    if (checks.some((check) => !dropped.has(check))) failed[run - 1] = (failed[run - 1] ?? 0) + 1;
  };
  for (const { firstFailedRun, failedChecks, runsExecuted, afterFailure = [] } of attempts) {
    const last = firstFailedRun ?? runsExecuted;
    for (let run = 1; run <= Math.min(last, passes); run += 1) count(run, run === firstFailedRun ? failedChecks : []);
    for (const { run, failedChecks: checks } of afterFailure) count(run, checks);
  }
  return executed.map((count, at) => (failed[at] ?? 0) / count);
}

function expectedOf(certain: number, unseen: readonly (readonly number[])[], hazard: readonly number[]): number | null {
  // Sorted, so that the order of attempts does not show in the last digit.
  const chances = unseen
    .map((runs) => runs.reduce((chance, run) => chance * (1 - (hazard[run - 1] ?? Number.NaN)), 1))
    .sort((a, b) => a - b);
  const expected = chances.reduce((sum, chance) => sum + chance, 0) + certain;
  return Number.isNaN(expected) ? null : expected;
}

/** Hours of all runs after `passes`, of refused and admitted alike, with their inconclusive tries. */
function hoursAfter(attempts: readonly Attempt[], passes: number, of: number): number | null {
  const hours: number[] = [];
  for (const { runsExecuted, nodeHours } of attempts) {
    for (let at = passes; at < Math.min(of, Math.max(runsExecuted, nodeHours?.length ?? 0)); at += 1) {
      const each = nodeHours?.[at] ?? null;
      if (each === null) return null;
      hours.push(each);
    }
  }
  return hours.sort((a, b) => a - b).reduce((sum, each) => sum + each, 0);
}
