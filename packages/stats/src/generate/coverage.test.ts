import { describe, expect, it } from "vitest";
import { coverage, type Covered, type CoverageOfCell } from "./coverage.ts";

/** Fixed, never chosen. `./slipway bench coverage` runs 2,000. */
const SEEDS = Array.from({ length: 200 }, (_, at) => at + 1);

const shares = (cells: readonly CoverageOfCell[], name: Covered): number[] =>
  cells.map(({ tallies }) => tallies[name].covered / tallies[name].of);
const pooled = (cells: readonly CoverageOfCell[], name: Covered): number =>
  cells.reduce((sum, { tallies }) => sum + tallies[name].covered, 0) /
  cells.reduce((sum, { tallies }) => sum + tallies[name].of, 0);

describe.each(["base", "competing"] as const)("coverage over 200 fleets, %s (settled.md E)", (variant) => {
  const cells = coverage({ seeds: SEEDS, variant });

  it.each(["hardware", "any"] as const)(
    "95 %% intervals of the %s re-ban rate contain the truth about as often as they say",
    (name) => {
      for (const share of shares(cells, name)) {
        expect(share).toBeGreaterThanOrEqual(0.9);
        expect(share).toBeLessThanOrEqual(0.995);
      }
      expect(pooled(cells, name)).toBeGreaterThanOrEqual(0.935);
      expect(pooled(cells, name)).toBeLessThanOrEqual(0.975);
    },
  );

  it("worst-case bounds always contain what became of the same admissions", () => {
    expect(shares(cells, "bounds")).toEqual(cells.map(() => 1));
  });

  it.each(["bounds_monotone_ci", "true_detections_ci"] as const)("%s contains the truth in 95 %% at least", (name) => {
    expect(pooled(cells, name)).toBeGreaterThanOrEqual(0.95);
  });
});
