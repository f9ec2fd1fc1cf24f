import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask, attempt } from "../../test/attempts.ts";

describe("laws of 3.4", () => {
  const rows = fc
    .array(
      fc.record({
        first: fc.option(fc.integer({ min: 1, max: 12 })),
        reban: fc.constantFrom(true, false, null),
        canary: fc.boolean(),
      }),
      { maxLength: 40 },
    )
    .map((all) =>
      all.map(({ first, reban, canary }, index) =>
        attempt(first, {
          attemptId: `p${String(index)}`,
          reban,
          admittedAsCanary: canary && first !== null,
          canaryProbability: first === null ? null : 0.5,
        }),
      ),
    );
  const passes = Array.from({ length: 12 }, (_, at) => at + 1);

  it("fewer passes never admit fewer, the passes in force add and save nothing, bounds nest, and null is no 0", () => {
    fc.assert(
      fc.property(rows, (attempts) => {
        const answers = ask(attempts, { passes });
        const added = answers.map(({ additionally_admitted: { point } }) => point ?? Number.NaN);
        expect(added).toEqual([...added].sort((a, b) => b - a));
        expect(answers.at(-1)).toMatchObject({ additionally_admitted: { point: 0 }, node_hours_saved: 0 });
        for (const { reban_rate_of_additional: rate, fleet_rate_after: fleetRate } of answers) {
          for (const pair of [
            rate.bounds_monotone,
            rate.bounds_monotone_ci,
            fleetRate.bounds_none,
            fleetRate.bounds_monotone,
          ])
            if (pair !== null) expect(pair[0] >= 0 && pair[0] <= pair[1] + 1e-12 && pair[1] <= 1 + 1e-12).toBe(true);
          if (rate.bounds_monotone !== null && rate.bounds_monotone_ci !== null)
            expect(rate.bounds_monotone_ci[0]).toBeLessThanOrEqual(rate.bounds_monotone[0] + 1e-12);
          if (rate.identified)
            expect(rate.interval !== null && rate.interval.lo >= 0 && rate.interval.hi <= 1).toBe(true);
          else
            expect(JSON.parse(JSON.stringify(rate))).toMatchObject({
              point: null,
              standard_error: null,
              interval: null,
            });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("does not depend on the order of rows", () => {
    fc.assert(
      fc.property(
        rows.chain((attempts) =>
          fc.tuple(fc.constant(attempts), fc.shuffledSubarray(attempts, { minLength: attempts.length })),
        ),
        ([attempts, shuffled]) => {
          expect(JSON.stringify(ask(shuffled, { passes }))).toBe(JSON.stringify(ask(attempts, { passes })));
        },
      ),
      { numRuns: 40 },
    );
  });
});
