import type { FoldedColumns, MaskColumn, RunColumns } from "./columns.ts";

/**
 * Rows whose columns stay in the nearest cache. Two small loops over such a block take three fifths of the time of
 * one loop that does both.
 */
const BLOCK = 4_096;

/**
 * Folds runs into attempts in one pass, in any order of rows (statistics.md 3.2 step 1). Of a run that has two rows the
 * checks of both have failed.
 *
 * @param attempts how many there are; one that no row names has no runs
 */
export function foldColumns({ attempt, run, mask }: RunColumns, attempts: number): FoldedColumns {
  const first = new Uint8Array(attempts);
  const runs = new Uint8Array(attempts);
  const failed = new (mask.constructor as new (rows: number) => MaskColumn)(attempts);
  const folded = { first, mask: failed, runs };
  const rows = attempt.length;
  for (let from = 0; from < rows; from += BLOCK) {
    const to = Math.min(rows, from + BLOCK);
    for (let row = from; row < to; row += 1) {
      const at = attempt[row] as number;
      const index = run[row] as number;
      if (index > (runs[at] as number)) runs[at] = index;
    }
    for (let row = from; row < to; row += 1) {
      const bits = mask[row] as number;
      if (bits !== 0) foldFailure(folded, attempt[row] as number, run[row] as number, bits);
    }
  }
  return folded;
}

/** Takes one failed run into an attempt; what failed later than its first failing run is left out. */
export function foldFailure(
  { first, mask }: Pick<FoldedColumns, "first" | "mask">,
  at: number,
  index: number,
  bits: number,
): void {
  const known = first[at] as number;
  if (known === 0 || index < known) {
    first[at] = index;
    mask[at] = bits;
  } else if (index === known) mask[at] = (mask[at] as number) | bits;
}
