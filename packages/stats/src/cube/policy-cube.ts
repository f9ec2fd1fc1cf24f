import { StatsInputError } from "../input-error.ts";
import { UNKNOWN_SECONDS, type AttemptColumns } from "./columns.ts";
import { foldFailure } from "./fold.ts";
import { TallyTable } from "./tally-table.ts";

/** Outcomes times arms: what an attempt's place distinguishes besides cell and run. */
export const STANDINGS = 12;
export const standingOf = (outcome: number, arm: number): number => arm * 4 + outcome;

/**
 * Q[cell][L][set of failed checks][standing] of statistics.md 3.2, with what hours need. L is the first failing run;
 * required + 1 of an attempt that passed all, 0 of one that neither failed nor made them all. Of Q only what occurred is
 * kept, and sums over sets of checks beside it, so that a threshold of all checks need not read it.
 *
 * A failure whose checks are not known has the empty set.
 */
export class PolicyCube {
  /** Runs that the policy in force requires. */
  readonly required: number;
  /** The sets of checks that occurred, as bits; a set's number is its index. */
  readonly masks: number[] = [0];
  readonly #codes = new Map([[0, 0]]);
  readonly tallies = new TallyTable();
  /** Q summed over sets of checks: [cell][L][standing]. */
  collapsed = new Uint32Array(0);
  /** Attempts that neither failed nor made all runs: [cell][runs made]. */
  unfinished = new Uint32Array(0);
  /** Attempts whose hours are not known: [cell][runs made]. */
  unknownHours = new Uint32Array(0);
  /** Node-seconds of the others: [cell][run - 1]. Whole numbers, so that no order of adding shows. */
  seconds = new Float64Array(0);

  /** @throws StatsInputError unless `required` is a whole number from 1 to 250 */
  constructor(required: number) {
    if (!(Number.isInteger(required) && required >= 1 && required <= 250))
      throw new StatsInputError(`passes that are required are a whole number from 1 to 250, not ${String(required)}`);
    this.required = required;
  }

  /** Cells for which there is room. */
  get cells(): number {
    return this.unfinished.length / (this.required + 1);
  }

  /** Of all that it holds, in bytes. */
  get byteLength(): number {
    return (
      this.tallies.byteLength +
      this.collapsed.byteLength +
      this.unfinished.byteLength +
      this.unknownHours.byteLength +
      this.seconds.byteLength
    );
  }

  /** Q's row of a cell, L and standing. */
  place(cell: number, first: number, standing: number): number {
    return (cell * (this.required + 2) + first) * STANDINGS + standing;
  }

  /** Makes room for cells up to a number of them. */
  reserve(cells: number): void {
    if (cells <= this.cells) return;
    const room = Math.max(cells, Math.ceil(this.cells * 1.5));
    const { required, collapsed, unfinished, unknownHours, seconds } = this;
    this.collapsed = grown(collapsed, room * (required + 2) * STANDINGS);
    this.unfinished = grown(unfinished, room * (required + 1));
    this.unknownHours = grown(unknownHours, room * (required + 1));
    const hours = new Float64Array(room * required);
    hours.set(seconds);
    this.seconds = hours;
  }

  /** Counts row `at` of attempts, or takes it out as it was counted. */
  count(attempts: AttemptColumns, at: number, sign: 1 | -1): void {
    const { required } = this;
    const cell = attempts.cell[at] as number;
    if (cell >= this.cells) this.reserve(cell + 1);
    const made = Math.min(attempts.runs[at] as number, required);
    const first = attempts.first[at] as number;
    const failed = first > 0 && first <= required;
    const reached = failed ? first : made === required ? required + 1 : 0;
    const place = this.place(cell, reached, standingOf(attempts.outcome[at] as number, attempts.arm[at] as number));
    this.tallies.add(place, failed ? this.maskCode(attempts.mask[at] as number) : 0, sign);
    this.collapsed[place] = (this.collapsed[place] as number) + sign;
    if (reached === 0)
      this.unfinished[cell * (required + 1) + made] = (this.unfinished[cell * (required + 1) + made] as number) + sign;
    this.#countHours(attempts, at, made, sign);
  }

  /** The number of a set of checks, a new one for a set not met before. */
  maskCode(mask: number): number {
    const known = this.#codes.get(mask);
    if (known !== undefined) return known;
    const code = this.masks.length;
    if (code > 0xffff)
      throw new StatsInputError("more than 65,535 different sets of checks failed together: ask by fewer checks");
    this.#codes.set(mask, code);
    this.masks.push(mask);
    return code;
  }

  #countHours(attempts: AttemptColumns, at: number, made: number, sign: number): void {
    const { required } = this;
    const { seconds } = attempts;
    const cell = attempts.cell[at] as number;
    if (seconds === undefined || seconds[at * required] === UNKNOWN_SECONDS) {
      const place = cell * (required + 1) + made;
      this.unknownHours[place] = (this.unknownHours[place] as number) + sign;
      return;
    }
    for (let run = 0; run < required; run += 1)
      this.seconds[cell * required + run] =
        (this.seconds[cell * required + run] as number) + sign * (seconds[at * required + run] as number);
  }
}

function grown(counts: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const room = new Uint32Array(length);
  room.set(counts);
  return room;
}

/** The cube of attempts that are columns already. */
export function cubeOf(attempts: AttemptColumns, required: number, cells: number): PolicyCube {
  const cube = new PolicyCube(required);
  cube.reserve(cells);
  const rows = attempts.cell.length;
  for (let at = 0; at < rows; at += 1) cube.count(attempts, at, 1);
  cube.tallies.trim();
  return cube;
}

/** Takes a new run of attempt `at` into its columns and into the cube: one cell loses it, one gets it. */
export function addRun(
  cube: PolicyCube,
  attempts: AttemptColumns,
  at: number,
  { run, failed }: { readonly run: number; readonly failed: number },
): void {
  cube.count(attempts, at, -1);
  if (run > (attempts.runs[at] as number)) attempts.runs[at] = run;
  if (failed !== 0) foldFailure(attempts, at, run, failed);
  cube.count(attempts, at, 1);
}
