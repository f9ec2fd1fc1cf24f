import { cubeOf, foldColumns, thresholds, type AttemptColumns, type PolicyCube, type Threshold } from "@slipway/stats";
import { CELLS, CHECKS, REQUIRED, type CubeData } from "./cube-data.ts";

const STANDINGS = 12;

/** Folded attempts, and as a database prints them: attempt, first, mask, runs. */
export interface Folded {
  readonly columns: AttemptColumns;
  readonly rows: readonly (readonly number[])[];
}

/** The cube and its answers: [passes, added, uncertain] by threshold. */
export interface Moves {
  readonly cube: PolicyCube;
  readonly plain: readonly (readonly number[])[];
  /** By the check that is dropped. */
  readonly byDropped: readonly (readonly (readonly number[])[])[];
}

export const fold = ({ runs, attempts }: CubeData) => foldColumns(runs, attempts);
export const build = (columns: AttemptColumns): PolicyCube => cubeOf(columns, REQUIRED, CELLS);

export function answersOf(data: CubeData): { readonly folded: Folded; readonly moves: Moves } {
  const columns = { ...fold(data), ...data.facts };
  const rows = Array.from({ length: data.attempts }, (_, at) => [
    at,
    columns.first[at] as number,
    columns.mask[at] as number,
    columns.runs[at] as number,
  ]);
  const cube = build(columns);
  const figures = (answers: readonly Threshold[]): number[][] =>
    answers.map(({ passes, added, uncertain }) => [passes, added, uncertain]);
  return {
    folded: { columns, rows },
    moves: {
      cube,
      plain: figures(thresholds(cube)),
      byDropped: Array.from({ length: CHECKS }, (_, bit) => figures(thresholds(cube, { drop: 1 << bit }))),
    },
  };
}

/** The cube's rows as a database orders them: cell, L, mask, standing, count; those without a failure have L 13. */
export function tallyOf({ tallies, masks }: PolicyCube): number[][] {
  const sums = new Map<string, number[]>();
  for (let row = 0; row < tallies.rows; row += 1) {
    const place = tallies.places[row] as number;
    const cell = Math.floor(place / ((REQUIRED + 2) * STANDINGS));
    const reached = Math.floor(place / STANDINGS) % (REQUIRED + 2);
    const key = [
      cell,
      reached === 0 ? REQUIRED + 1 : reached,
      masks[tallies.codes[row] as number] as number,
      place % STANDINGS,
    ];
    const known = sums.get(key.join());
    if (known === undefined) sums.set(key.join(), [...key, tallies.counts[row] as number]);
    else known[4] = (known[4] ?? 0) + (tallies.counts[row] as number);
  }
  return [...sums.values()].sort((a, b) =>
    [0, 1, 2, 3].reduce((order, column) => order || (a[column] ?? 0) - (b[column] ?? 0), 0),
  );
}

/** [passes, added, uncertain] of rows [L, all, failed by the dropped check alone]. */
export function addedBy(rows: readonly (readonly number[])[]): number[][] {
  const count = (column: number, from: number, to: number): number =>
    rows.reduce((sum, row) => ((row[0] ?? 0) >= from && (row[0] ?? 0) <= to ? sum + (row[column] ?? 0) : sum), 0);
  return Array.from({ length: REQUIRED }, (_, at) => {
    const passes = at + 1;
    return [passes, count(1, passes + 1, REQUIRED) + count(2, passes, passes), count(2, 1, passes - 1)];
  });
}
