import { ARM, OUTCOME, type AttemptColumns, type RunColumns } from "@slipway/stats";

export const REQUIRED = 12;
export const CHECKS = 12;
export const CELLS = 240;
/** Validations that are under way at once; their runs arrive in turns. */
const UNDER_WAY = 5_000;

/** A history in the order in which it arrives, and what is known of its attempts besides. */
export interface CubeData {
  readonly runs: RunColumns;
  readonly attempts: number;
  /** By attempt. */
  readonly facts: Pick<AttemptColumns, "cell" | "outcome" | "arm">;
}

/**
 * Runs of attempts that stop at their first failure; the same for the same size. A fifth of the nodes fail up to half
 * of their runs, by one check and seldom by others too.
 */
export function makeCubeData(rows: number): CubeData {
  const draw = congruential(1);
  const below = (limit: number): number => Math.floor(draw() * limit);
  const runs = { attempt: new Uint32Array(rows), run: new Uint8Array(rows), mask: new Uint16Array(rows) };
  const facts = { cell: new Uint16Array(rows), outcome: new Uint8Array(rows), arm: new Uint8Array(rows) };
  let attempts = 0;
  const open = () => ({ attempt: -1, fails: draw() < 0.2 ? draw() / 2 : 0.004, run: 0 });
  const underWay = Array.from({ length: UNDER_WAY }, open);
  for (let row = 0; row < rows; row += 1) {
    const at = below(UNDER_WAY);
    const node = underWay[at] as (typeof underWay)[number];
    if (node.run === 0) node.attempt = attempts++;
    node.run += 1;
    runs.attempt[row] = node.attempt;
    runs.run[row] = node.run;
    const failed = draw() < node.fails;
    if (failed) {
      let mask = 1 << below(CHECKS);
      for (let bit = 0; bit < CHECKS; bit += 1) if (draw() < 0.05) mask |= 1 << bit;
      runs.mask[row] = mask;
    }
    if (!failed && node.run < REQUIRED) continue;
    const arm = !failed || draw() < 0.95 ? ARM.policy : draw() < 0.5 ? ARM.canary : ARM.override;
    facts.arm[node.attempt] = arm;
    facts.outcome[node.attempt] = failed && arm === ARM.policy ? OUTCOME.notAdmitted : 1 + below(3);
    underWay[at] = open();
  }
  for (let attempt = 0; attempt < attempts; attempt += 1) facts.cell[attempt] = below(CELLS);
  return {
    runs,
    attempts,
    facts: {
      cell: facts.cell.slice(0, attempts),
      outcome: facts.outcome.slice(0, attempts),
      arm: facts.arm.slice(0, attempts),
    },
  };
}

/** Numerical Recipes' generator: enough to spread rows over cells. */
function congruential(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** The history of the first attempts alone, with about so many runs. */
export function firstAttempts({ runs, attempts, facts }: CubeData, rows: number): CubeData {
  const limit = Math.floor(attempts * Math.min(1, rows / runs.attempt.length));
  const keep = Uint32Array.from(runs.attempt.keys()).filter((row) => (runs.attempt[row] as number) < limit);
  const pick = <T extends Uint8Array | Uint16Array | Uint32Array>(column: T, into: T): T => {
    keep.forEach((row, at) => (into[at] = column[row] as number));
    return into;
  };
  return {
    runs: {
      attempt: pick(runs.attempt, new Uint32Array(keep.length)),
      run: pick(runs.run, new Uint8Array(keep.length)),
      mask: pick(runs.mask, new Uint16Array(keep.length)),
    },
    attempts: limit,
    facts: { cell: facts.cell.slice(0, limit), outcome: facts.outcome.slice(0, limit), arm: facts.arm.slice(0, limit) },
  };
}

/** Outcome and arm as one number, as the cube has them. */
export const standingAt = ({ outcome, arm }: CubeData["facts"], at: number): number =>
  (arm[at] as number) * 4 + (outcome[at] as number);
