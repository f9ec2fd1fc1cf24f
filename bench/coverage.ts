import { coverage, COVERED, type Covered } from "@slipway/stats/generate";
import { size } from "./database.ts";
import { print, ratioLine, type BenchResult } from "./report.ts";

/** Shares of replicates within which settled.md E wants each cell's 95 % intervals. */
const WANTED = { lo: 0.93, hi: 0.975 } as const;
const AT_LEAST: readonly Covered[] = ["bounds_monotone_ci", "true_detections_ci"];

/** How often intervals and bounds contain what is true of the generative fleet: fixed seeds from 1 on, never chosen. */
export function benchCoverage(): BenchResult[] {
  const replicates = size("SLIPWAY_COVERAGE_SEEDS", 2_000);
  const seeds = Array.from({ length: replicates }, (_, at) => at + 1);
  return (["base", "competing"] as const).flatMap((variant) => {
    const cells = coverage({ seeds, variant });
    print(`  ${variant}: ${String(replicates)} replicates  ${COVERED.join("  ")}`);
    const share = (of: { readonly covered: number; readonly of: number }): number => of.covered / of.of;
    for (const { cluster, tallies } of cells)
      print(
        `  ${cluster.padEnd(12)} ${COVERED.map((name) => share(tallies[name]).toFixed(4).padStart(name.length)).join("  ")}`,
      );
    const rates = (["hardware", "any"] as const).flatMap((name) => cells.map(({ tallies }) => share(tallies[name])));
    const lowest = (name: Covered): number => Math.min(...cells.map(({ tallies }) => share(tallies[name])));
    return [
      ratioLine(
        `coverage ${variant}: ${String(WANTED.lo)} over the lowest of a cell's interval`,
        WANTED.lo / Math.min(...rates),
        1,
      ),
      ratioLine(
        `coverage ${variant}: the highest of a cell's interval over ${String(WANTED.hi)}`,
        Math.max(...rates) / WANTED.hi,
        1,
      ),
      ratioLine(`coverage ${variant}: worst-case bounds, 1 over the lowest`, 1 / lowest("bounds"), 1),
      ...AT_LEAST.map((name) =>
        ratioLine(`coverage ${variant}: 0.95 over the lowest of ${name}`, 0.95 / lowest(name), 1),
      ),
    ];
  });
}
