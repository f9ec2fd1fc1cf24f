import { StatsInputError } from "../input-error.ts";
import type { Attempt, Labels, RunRow } from "../model.ts";
import { inSlowLane } from "./lanes.ts";

/** Runs made into attempts, with what the rows held besides. */
export interface FoldedRuns {
  /** Of every lane, by attempt id, so that the order of rows changes nothing. Threshold questions leave out all lanes but the slow one. */
  readonly attempts: readonly Attempt[];
  readonly counters: RunCounters;
}

export interface RunCounters {
  readonly rows: number;
  /** Rows that are no pass and no fail. */
  readonly inconclusive: number;
  /** Rows of another lane than slow. */
  readonly other_lanes: number;
  /** Indexes below an attempt's last run that no row has. None of them is a pass. */
  readonly missing_runs: number;
}

/**
 * Folds runs into attempts (statistics.md 3.2, settled.md E). An inconclusive row takes no index of the count: beside a
 * conclusive one it is a try of that run, alone it moves the later runs of its attempt down by one, since it is no pass.
 * Its hours count for the run it was a try of. An index that no row has is no pass either: an attempt that never failed
 * made as many runs as have a result.
 *
 * @throws StatsInputError for two conclusive rows of one attempt and index, a result that its failed checks contradict,
 *   an index below 1, and an attempt whose rows differ in a label
 */
export function foldRuns(runs: readonly RunRow[]): FoldedRuns {
  const byAttempt = new Map<string, RunRow[]>();
  let otherLanes = 0;
  let inconclusive = 0;
  for (const run of runs) {
    validate(run);
    if (run.result === "inconclusive") inconclusive += 1;
    if (!inSlowLane(run)) otherLanes += 1;
    const rows = byAttempt.get(run.attemptId);
    if (rows === undefined) byAttempt.set(run.attemptId, [run]);
    else rows.push(run);
  }
  const folded = [...byAttempt]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([attemptId, rows]) => foldAttempt(attemptId, rows));
  const missing = folded.reduce((sum, { missingRuns }) => sum + missingRuns, 0);
  return {
    attempts: folded.map(({ attempt }) => attempt),
    counters: { rows: runs.length, inconclusive, other_lanes: otherLanes, missing_runs: missing },
  };
}

function validate({ attemptId, runIndex, result, failedChecks, nodeHours }: RunRow): void {
  const where = `attempt ${attemptId}, run ${String(runIndex)}`;
  if (!(Number.isInteger(runIndex) && runIndex >= 1))
    throw new StatsInputError(`${where}: a run's index is a whole number from 1`);
  if (result === "fail" && failedChecks.length === 0)
    throw new StatsInputError(`${where}: the result is fail, but no failed check is named`);
  if (result !== "fail" && failedChecks.length > 0)
    throw new StatsInputError(`${where}: the result is ${result}, but ${failedChecks.join(", ")} failed`);
  if (nodeHours !== null && !(nodeHours >= 0 && nodeHours < Infinity))
    throw new StatsInputError(`${where}: node hours are ${String(nodeHours)}`);
}

interface FoldedAttempt {
  readonly attempt: Attempt;
  readonly missingRuns: number;
}

function foldAttempt(attemptId: string, rows: readonly RunRow[]): FoldedAttempt {
  // What comes first among rows of one index decides nothing but the order in which hours are added.
  const sorted = [...rows].sort((a, b) => a.runIndex - b.runIndex || (a.nodeHours ?? 0) - (b.nodeHours ?? 0));
  const hours: (number | null)[] = [];
  const conclusive: { readonly run: number; readonly row: RunRow }[] = [];
  let moved = 0;
  let seen = 0;
  for (let at = 0; at < sorted.length;) {
    const index = sorted[at]?.runIndex ?? 0;
    const run = index - moved;
    let decided: RunRow | undefined;
    for (; sorted[at]?.runIndex === index; at += 1) {
      const row = sorted[at] as RunRow;
      // Of a run without a row no hours are known.
      while (hours.length < run - 1) hours.push(null);
      const before = hours.length < run ? 0 : (hours[run - 1] ?? null);
      hours[run - 1] = before === null || row.nodeHours === null ? null : before + row.nodeHours;
      if (row.result === "inconclusive") continue;
      if (decided !== undefined)
        throw new StatsInputError(
          `attempt ${attemptId}, run ${String(index)}: two rows have a result, and one run has one`,
        );
      decided = row;
    }
    seen += 1;
    if (decided === undefined) moved += 1;
    else conclusive.push({ run, row: decided });
  }
  const first = conclusive.find(({ row }) => row.result === "fail");
  const executed = first === undefined ? conclusive.length : (conclusive.at(-1)?.run ?? 0);
  const missingRuns = (sorted.at(-1)?.runIndex ?? 0) - seen;
  const after =
    first === undefined
      ? []
      : conclusive
          .filter(({ run }) => run > first.run)
          .map(({ run, row }) => ({ run, failedChecks: row.failedChecks }));
  return {
    attempt: {
      attemptId,
      labels: labelsOf(attemptId, rows),
      firstFailedRun: first?.run ?? null,
      failedChecks: first?.row.failedChecks ?? [],
      runsExecuted: executed,
      ...(after.length === 0 ? {} : { afterFailure: after }),
      nodeHours: hours.every((each) => each === null) ? null : hours,
      reban: null,
      canaryProbability: null,
      admittedAsCanary: false,
    },
    missingRuns,
  };
}

/** Labels that a validation has one of; any other that differs from run to run is none of the attempt's. */
const OF_ATTEMPT = new Set(["node_id", "vendor", "sku", "cluster", "segment", "lane"]);

function labelsOf(attemptId: string, rows: readonly RunRow[]): Labels {
  const labels: Record<string, string> = {};
  const ofRuns = new Set<string>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row.labels)) {
      const known = labels[name];
      if (known !== undefined && known !== value && !OF_ATTEMPT.has(name)) ofRuns.add(name);
      else if (known !== undefined && known !== value)
        throw new StatsInputError(
          `attempt ${attemptId}: its rows name two of ${name}: ${[known, value].sort().join(" and ")}`,
        );
      labels[name] = value;
    }
  }
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([name]) => !ofRuns.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
