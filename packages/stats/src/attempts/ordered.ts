import { StatsInputError } from "../input-error.ts";
import type { Attempt } from "../model.ts";
import { inSlowLane } from "./lanes.ts";

/** Attempts that thresholds may be asked of, by id, and how many were of another lane. */
export interface SlowAttempts {
  readonly attempts: readonly Attempt[];
  readonly otherLanes: number;
}

/**
 * The slow lane's attempts by id, so that the order of a file shows in no answer.
 *
 * @throws StatsInputError for an attempt that is there twice, or whose first failing run was not made
 */
export function slowAttempts(attempts: readonly Attempt[]): SlowAttempts {
  const slow = attempts.filter(inSlowLane).sort((a, b) => (a.attemptId < b.attemptId ? -1 : 1));
  for (const [at, attempt] of slow.entries()) {
    if (slow[at + 1]?.attemptId === attempt.attemptId)
      throw new StatsInputError(`attempt ${attempt.attemptId} is there twice`);
    checkAttempt(attempt);
  }
  return { attempts: slow, otherLanes: attempts.length - slow.length };
}

/** @throws StatsInputError when the first failing run was not made */
export function checkAttempt({ attemptId, firstFailedRun, runsExecuted }: Attempt): void {
  if (firstFailedRun !== null && !(firstFailedRun >= 1 && firstFailedRun <= runsExecuted))
    throw new StatsInputError(
      `attempt ${attemptId} failed run ${String(firstFailedRun)} of ${String(runsExecuted)} that it made`,
    );
}
