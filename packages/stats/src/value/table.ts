import { slowAttempts } from "../attempts/ordered.ts";
import { StatsInputError } from "../input-error.ts";
import type { Attempt } from "../model.ts";

/** What one run of the slow path met: a row of a table file, or attempts counted. */
export interface RunTally {
  /** From 1. */
  readonly run: number;
  /** Attempts that came to this run without a failure before and made it. */
  readonly reached: number;
  readonly firstFailures: number;
  /** Of all that reached it, with their inconclusive tries; null when not known. */
  readonly nodeHours: number | null;
}

/** A row of `run_index,reached,first_failures,node_hours_per_run` (interfaces.md 6). */
export interface TableRow {
  readonly run: number;
  readonly reached: number;
  readonly firstFailures: number;
  readonly nodeHoursPerRun: number | null;
}

/**
 * @returns the runs in their order
 * @throws StatsInputError for a run that is there twice, and for counts that cannot be
 */
export function tallyTable(rows: readonly TableRow[]): RunTally[] {
  const sorted = [...rows].sort((a, b) => a.run - b.run);
  return sorted.map(({ run, reached, firstFailures, nodeHoursPerRun }, at) => {
    if (!(Number.isInteger(run) && run >= 1))
      throw new StatsInputError(`run ${String(run)}: a run's index is a whole number from 1`);
    if (sorted[at + 1]?.run === run) throw new StatsInputError(`run ${String(run)} is there twice`);
    if (!(
      Number.isInteger(reached) &&
      Number.isInteger(firstFailures) &&
      firstFailures >= 0 &&
      firstFailures <= reached
    ))
      throw new StatsInputError(
        `run ${String(run)}: ${String(firstFailures)} first failures of ${String(reached)} that reached it cannot be`,
      );
    if (nodeHoursPerRun !== null && !(nodeHoursPerRun >= 0 && nodeHoursPerRun < Infinity))
      throw new StatsInputError(`run ${String(run)}: ${String(nodeHoursPerRun)} node hours a run cannot be`);
    return { run, reached, firstFailures, nodeHours: nodeHoursPerRun === null ? null : nodeHoursPerRun * reached };
  });
}

/** Attempts counted by run, and how many are of lanes that thresholds are not asked of. */
export interface CountedRuns {
  readonly tallies: readonly RunTally[];
  readonly otherLanes: number;
}

/**
 * Counts the slow lane's attempts by run up to the last that one of them made. Runs made after a failure are for the
 * statistics of checks, not for these.
 */
export function tallyAttempts(attempts: readonly Attempt[]): CountedRuns {
  const { attempts: slow, otherLanes } = slowAttempts(attempts);
  const runs = slow.reduce((most, attempt) => Math.max(most, lastRun(attempt)), 0);
  const reached = Array.from({ length: runs }, () => 0);
  const failed = Array.from({ length: runs }, () => 0);
  const hours = Array.from({ length: runs }, () => 0);
  const known = Array.from({ length: runs }, () => true);
  for (const attempt of slow) {
    const { firstFailedRun, nodeHours } = attempt;
    const last = lastRun(attempt);
    for (let at = 0; at < last; at += 1) reached[at] = (reached[at] ?? 0) + 1;
    if (firstFailedRun !== null) failed[firstFailedRun - 1] = (failed[firstFailedRun - 1] ?? 0) + 1;
    const tried = Math.min(runs, firstFailedRun ?? Math.max(last, nodeHours?.length ?? 0));
    for (let at = 0; at < tried; at += 1) {
      const each = nodeHours?.[at] ?? null;
      if (each === null) known[at] = false;
      else hours[at] = (hours[at] ?? 0) + each;
    }
  }
  return {
    tallies: reached.map((count, at) => ({
      run: at + 1,
      reached: count,
      firstFailures: failed[at] ?? 0,
      nodeHours: known[at] === true ? (hours[at] ?? 0) : null,
    })),
    otherLanes,
  };
}

const lastRun = ({ firstFailedRun, runsExecuted }: Attempt): number => firstFailedRun ?? runsExecuted;
