import { ARM, OUTCOME, type Arm, type Outcome } from "./columns.ts";
import { STANDINGS, standingOf, type PolicyCube } from "./policy-cube.ts";

/** What a policy would have done: `passes` in a row instead of those required, by all checks but those dropped. */
export interface Threshold {
  readonly passes: number;
  /** Passed all required runs. */
  readonly admitted: number;
  /** Neither failed nor made all runs. */
  readonly incomplete: number;
  /** Refused, and let in by this policy for certain. */
  readonly added: number;
  /** Refused, and let in or not by runs that were never made. */
  readonly uncertain: number;
  /** Of those let in, where unseen runs fail as seen ones do (A14); null when all is certain, or no such run was seen. */
  readonly expected: number | null;
  /** Null when hours are not known, or depend on runs that were never made. */
  readonly nodeHoursSaved: number | null;
  /** Attempts that reached run `passes`, and those that failed first there by any check: its value (statistics.md 1.5). */
  readonly reached: number;
  readonly firstFailures: number;
  /** Of the added ones by what became of them: nobody of the arm `policy` was in service. */
  readonly standing: Readonly<Record<Arm, Readonly<Record<Outcome, number>>>>;
}

export interface SliderQuestion {
  /** Checks that would no longer be required, as bits; 0 of such as never failed, absent when none would be dropped. */
  readonly drop?: number;
  /** By cell 1 when it is asked of; all cells unless told. */
  readonly cells?: Uint8Array;
}

/** By L and standing. */
type Sums = Float64Array;

/**
 * Every threshold from 1 to the required runs, at once (statistics.md 3.2 step 3): exactly what the exact path counts where
 * validation stops at the first failure. An attempt that ran on counts here as one that did not, so that the exact path's
 * count is within `added` and `added + uncertain`.
 */
export function thresholds(cube: PolicyCube, { drop, cells }: SliderQuestion = {}): Threshold[] {
  const { required } = cube;
  const sums = sumCells(cube.collapsed, (required + 2) * STANDINGS, cells);
  const dropped = drop === undefined ? undefined : droppedSums(cube, drop, cells);
  const seconds = sumCells(cube.seconds, required, cells);
  const unknownHours = sumCells(cube.unknownHours, required + 1, cells);
  const unfinished = sumCells(cube.unfinished, required + 1, cells);
  const byRun = Array.from({ length: required + 2 }, (_, first) => total(sums, first));
  const reachedAll = byRun[required + 1] ?? 0;
  const answers: Threshold[] = [];
  // From the last run down, every suffix sum is one addition.
  const later = new Float64Array(STANDINGS);
  let [reached, hoursAfter, unknownAfter] = [reachedAll, 0, 0];
  for (let passes = required; passes >= 1; passes -= 1) {
    reached += (byRun[passes] ?? 0) + (unfinished[passes] ?? 0);
    // Certain: first failed after `passes`, or at it by dropped checks alone.
    const certain =
      dropped === undefined
        ? later
        : later.map((count, standing) => count + (dropped.only[passes * STANDINGS + standing] ?? 0));
    answers.push({
      passes,
      admitted: reachedAll,
      incomplete: byRun[0] ?? 0,
      added: certain.reduce((sum, count) => sum + count, 0),
      uncertain: 0,
      expected: null,
      nodeHoursSaved: unknownAfter > 0 ? null : hoursAfter / 3_600,
      reached,
      firstFailures: byRun[passes] ?? 0,
      standing: standingsOf(certain),
    });
    for (let standing = 0; standing < STANDINGS; standing += 1)
      later[standing] = (later[standing] ?? 0) + (sums[passes * STANDINGS + standing] ?? 0);
    hoursAfter += seconds[passes - 1] ?? 0;
    unknownAfter += unknownHours[passes] ?? 0;
  }
  answers.reverse();
  return dropped === undefined ? answers : withUnseenRuns(answers, byRun, dropped);
}

/** Failures by dropped checks alone, and those of which checks are not known, by L. */
interface DroppedSums {
  readonly only: Sums;
  readonly unnamed: Float64Array;
}

/** Puts in those that only failed dropped checks before run `passes`: whether a later run would have stopped them was not seen (A14). */
function withUnseenRuns(
  answers: readonly Threshold[],
  byRun: readonly number[],
  { only, unnamed }: DroppedSums,
): Threshold[] {
  let [uncertain, unnamedSoFar, expected] = [0, 0, 0];
  return answers.map((answer) => {
    const run = answer.passes;
    const onlyHere = total(only, run);
    const others = (byRun[run] ?? 0) - onlyHere - (unnamed[run] ?? 0);
    // All that are uncertain here made no run `passes`: each gets through it as those did who made it.
    expected = uncertain === 0 ? 0 : expected * (1 - others / answer.reached);
    unnamedSoFar += unnamed[run] ?? 0;
    const open = uncertain + unnamedSoFar;
    const filled = {
      ...answer,
      uncertain: open,
      expected:
        uncertain + onlyHere === 0 || unnamedSoFar > 0 || Number.isNaN(expected) ? null : answer.added + expected,
      nodeHoursSaved: open === 0 ? answer.nodeHoursSaved : null,
    };
    uncertain += onlyHere;
    expected += onlyHere;
    return filled;
  });
}

function droppedSums(cube: PolicyCube, drop: number, cells: Uint8Array | undefined): DroppedSums {
  const { required, masks, tallies } = cube;
  const { places, codes, counts, rows } = tallies;
  const width = (required + 2) * STANDINGS;
  const only = new Float64Array(width);
  const unnamed = new Float64Array(required + 2);
  // The set of number 0 is the empty one: of passes, and of failures without a name.
  const passing = Uint8Array.from(masks, (mask, code) => (code > 0 && (mask & ~drop) === 0 ? 1 : 0));
  for (let row = 0; row < rows; row += 1) {
    const code = codes[row] as number;
    if (code !== 0 && passing[code] === 0) continue;
    const place = places[row] as number;
    const cell = Math.floor(place / width);
    if (cells !== undefined && cells[cell] !== 1) continue;
    const at = place - cell * width;
    if (code === 0)
      unnamed[Math.floor(at / STANDINGS)] = (unnamed[Math.floor(at / STANDINGS)] as number) + (counts[row] as number);
    else only[at] = (only[at] as number) + (counts[row] as number);
  }
  return { only, unnamed };
}

/** Adds the rows of the cells that are asked of. */
function sumCells(values: Uint32Array | Float64Array, width: number, cells: Uint8Array | undefined): Float64Array {
  const sums = new Float64Array(width);
  for (let from = 0, cell = 0; from < values.length; from += width, cell += 1) {
    if (cells !== undefined && cells[cell] !== 1) continue;
    for (let at = 0; at < width; at += 1) sums[at] = (sums[at] as number) + (values[from + at] as number);
  }
  return sums;
}

const total = (sums: Sums, first: number): number =>
  sums.subarray(first * STANDINGS, (first + 1) * STANDINGS).reduce((sum, count) => sum + count, 0);

function standingsOf(counts: Float64Array): Threshold["standing"] {
  const of = (arm: number): Record<Outcome, number> => {
    const count = (outcome: number): number => counts[standingOf(outcome, arm)] ?? 0;
    return {
      notAdmitted: count(OUTCOME.notAdmitted),
      notFollowed: count(OUTCOME.notFollowed),
      kept: count(OUTCOME.kept),
      rebanned: count(OUTCOME.rebanned),
    };
  };
  return { policy: of(ARM.policy), canary: of(ARM.canary), override: of(ARM.override) };
}
