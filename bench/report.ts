/** A ratio and the bound it is held against. */
export interface BenchResult {
  readonly name: string;
  readonly ratio: number;
  /** The ratio may not be above it. */
  readonly bound: number;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Prints a ratio with its bound and says whether it holds. */
export function ratioLine(name: string, ratio: number, bound: number): BenchResult {
  print(`  ${ratio <= bound ? "holds " : "MISSED"}  ${name}: ${ratio.toFixed(2)} (bound ${String(bound)})`);
  return { name, ratio, bound };
}
