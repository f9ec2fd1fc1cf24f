import { BAN_CAUSES } from "@slipway/domain";
import { inSlowLane } from "../attempts/lanes.ts";
import { checkAttempt, slowAttempts } from "../attempts/ordered.ts";
import { StatsInputError } from "../input-error.ts";
import type { Attempt, Spell } from "../model.ts";
import { checkFollowUp } from "../survival/event-table.ts";
import { CellTable } from "./cell-table.ts";
import { CheckTable } from "./check-table.ts";
import {
  ARM,
  CENSORED,
  OUTCOME,
  UNKNOWN_SECONDS,
  type Arm,
  type AttemptColumns,
  type Outcome,
  type SpellColumns,
} from "./columns.ts";
import { Cube } from "./cube.ts";
import { PolicyCube } from "./policy-cube.ts";
import { RowTable } from "./row-table.ts";

export interface CubeOptions {
  /** Runs that the policy in force requires. */
  readonly required: number;
  /** Labels that tell cells apart, such as vendor, sku, cluster, segment. */
  readonly by: readonly string[];
}

/**
 * A cube that follows its rows: each is put in, revised and taken out alone, by its id, and the cube is at every time the
 * one that a rebuild would give.
 */
export class LiveCube {
  readonly cube: Cube;
  readonly #attempts: RowTable<Required<AttemptColumns>>;
  readonly #spells = new RowTable<Required<SpellColumns>>((room) => ({
    cell: new Uint16Array(room),
    seconds: new Uint32Array(room),
    cause: new Uint8Array(room),
    entered: new Uint32Array(room),
  }));

  constructor({ required, by }: CubeOptions) {
    this.cube = new Cube(new CellTable(by), new CheckTable(), new PolicyCube(required));
    this.#attempts = new RowTable((room) => ({
      cell: new Uint16Array(room),
      first: new Uint8Array(room),
      mask: new Uint32Array(room),
      runs: new Uint8Array(room),
      outcome: new Uint8Array(room),
      arm: new Uint8Array(room),
      seconds: new Uint32Array(room * required),
    }));
  }

  /**
   * Puts a validation in, or what is now known of it: a new run, a revised one, or what became of its node.
   *
   * @throws StatsInputError for another lane than the slow one, an attempt that cannot be, and where cells, checks or sets
   *   of them are too many; the cube is then as it was
   */
  putAttempt(attempt: Attempt): void {
    if (!inSlowLane(attempt))
      throw new StatsInputError(
        `attempt ${attempt.attemptId} is of the lane ${String(attempt.labels["lane"])}: thresholds are asked of the slow one`,
      );
    checkAttempt(attempt);
    const { required } = this.cube.attempts;
    const { attemptId, labels, firstFailedRun, failedChecks, runsExecuted } = attempt;
    const first = firstFailedRun !== null && firstFailedRun <= required ? firstFailedRun : 0;
    const cell = this.cube.cells.code(labels);
    const mask = first === 0 ? 0 : this.cube.checks.mask(failedChecks);
    const seconds = nodeSeconds(attempt, required);
    // May refuse the set, which has to be before the row that is revised is taken out.
    this.cube.attempts.maskCode(mask);
    const { arm, outcome } = standing(attempt, first === 0 && runsExecuted >= required);
    this.removeAttempt(attemptId);
    const at = this.#attempts.insert(attemptId);
    const { columns } = this.#attempts;
    columns.cell[at] = cell;
    columns.first[at] = first;
    columns.mask[at] = mask;
    columns.runs[at] = Math.min(runsExecuted, required);
    columns.outcome[at] = OUTCOME[outcome];
    columns.arm[at] = ARM[arm];
    columns.seconds.set(seconds, at * required);
    this.cube.attempts.count(columns, at, 1);
  }

  removeAttempt(attemptId: string): void {
    const at = this.#attempts.remove(attemptId);
    if (at !== undefined) this.cube.attempts.count(this.#attempts.columns, at, -1);
  }

  /**
   * Puts an admission in, or what is now known of it: that it ended, or that its ban is of another class.
   *
   * @throws StatsInputError for days that cannot be, and where cells are too many; the cube is then as it was
   */
  putSpell(spell: Spell): void {
    checkFollowUp(spell);
    const { admissionId, labels, days, cause, enteredDays } = spell;
    const cell = this.cube.cells.code(labels);
    this.removeSpell(admissionId);
    const at = this.#spells.insert(admissionId);
    const { columns } = this.#spells;
    columns.cell[at] = cell;
    columns.seconds[at] = secondsOf(days);
    columns.cause[at] = cause === null ? CENSORED : BAN_CAUSES.indexOf(cause);
    columns.entered[at] = secondsOf(enteredDays);
    this.cube.admissions.count(columns, at, 1);
  }

  removeSpell(admissionId: string): void {
    const at = this.#spells.remove(admissionId);
    if (at !== undefined) this.cube.admissions.count(this.#spells.columns, at, -1);
  }
}

/** What a column of seconds can hold: 136 years, far beyond the histogram's last hour. */
const secondsOf = (days: number): number => Math.min(Math.round(days * 86_400), 0xffff_ffff);

function nodeSeconds({ attemptId, nodeHours }: Attempt, required: number): Uint32Array {
  return Uint32Array.from({ length: required }, (_, run) => {
    // Nothing was spent on runs that were never made.
    const hours = nodeHours === null ? null : run < nodeHours.length ? (nodeHours[run] ?? null) : 0;
    if (hours === null) return UNKNOWN_SECONDS;
    const seconds = Math.round(hours * 3_600);
    if (!(seconds >= 0 && seconds < UNKNOWN_SECONDS))
      throw new StatsInputError(`attempt ${attemptId}, run ${String(run + 1)}: node hours are ${String(hours)}`);
    return seconds;
  });
}

/** A refused node that people let in all the same is known by its entry, or by what became of it. */
function standing(
  { labels, reban, admittedAsCanary }: Attempt,
  passed: boolean,
): { readonly arm: Arm; readonly outcome: Outcome } {
  const override = !passed && (labels["entry"] === "override" || reban !== null);
  const arm = admittedAsCanary ? "canary" : override ? "override" : "policy";
  if (arm === "policy" && !passed) return { arm, outcome: "notAdmitted" };
  return { arm, outcome: reban === null ? "notFollowed" : reban ? "rebanned" : "kept" };
}

/**
 * The cube of rows.
 *
 * @param attempts those of other lanes are left out
 * @param spells of the admissions that a rate is asked of, each with an id of its own
 * @throws StatsInputError for an attempt or an admission that is there twice, or that cannot be
 */
export function liveCubeOf(
  options: CubeOptions,
  attempts: readonly Attempt[],
  spells: readonly Spell[] = [],
): LiveCube {
  const live = new LiveCube(options);
  for (const attempt of slowAttempts(attempts).attempts) live.putAttempt(attempt);
  const seen = new Set<string>();
  for (const spell of spells) {
    if (seen.has(spell.admissionId)) throw new StatsInputError(`admission ${spell.admissionId} is there twice`);
    seen.add(spell.admissionId);
    live.putSpell(spell);
  }
  return live;
}
