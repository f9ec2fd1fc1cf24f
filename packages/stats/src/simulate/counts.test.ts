import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatsInputError } from "../input-error.ts";
import type { Attempt } from "../model.ts";
import { countPolicy } from "./counts.ts";

let made = 0;
const attempt = (
  firstFailedRun: number | null,
  failedChecks: readonly string[] = ["dcdiag"],
  rest: Partial<Attempt> = {},
): Attempt => {
  const runsExecuted = rest.runsExecuted ?? firstFailedRun ?? 12;
  return {
    attemptId: `a${String((made += 1))}`,
    labels: {},
    firstFailedRun,
    failedChecks: firstFailedRun === null ? [] : failedChecks,
    runsExecuted,
    nodeHours: Array.from({ length: runsExecuted }, () => 2),
    reban: null,
    canaryProbability: null,
    admittedAsCanary: false,
    ...rest,
  };
};
const truncate = (passes: number, of = 12) => ({ of, passes, drop: [] });
const drop = (...checks: string[]) => ({ of: 12, passes: 12, drop: checks });
const bounds = ({ added, uncertain }: ReturnType<typeof countPolicy>): [number, number] => [
  added.length,
  added.length + uncertain,
];

describe("fewer passes (statistics.md 1.4)", () => {
  const attempts = [attempt(null), attempt(null), attempt(3), attempt(10), attempt(11), attempt(12), attempt(12)];

  it("adds those who failed first after the passes asked about", () => {
    expect(countPolicy(attempts, truncate(10))).toMatchObject({
      admitted: 2,
      incomplete: 0,
      uncertain: 0,
      expected: null,
      nodeHoursSaved: 2 * (2 + 2 + 0 + 0 + 1 + 2 + 2),
    });
    expect(bounds(countPolicy(attempts, truncate(10)))).toEqual([3, 3]);
    expect(bounds(countPolicy(attempts, truncate(9)))).toEqual([4, 4]);
    expect(bounds(countPolicy(attempts, truncate(1)))).toEqual([5, 5]);
  });

  it("changes nothing at the passes in force", () => {
    expect(countPolicy(attempts, truncate(12))).toMatchObject({ added: [], uncertain: 0, nodeHoursSaved: 0 });
    // Ten were required: who failed the eleventh was admitted, and runs after the tenth are not made anyway.
    expect(countPolicy(attempts, truncate(10, 10))).toMatchObject({ admitted: 5, added: [], nodeHoursSaved: 0 });
  });

  it("neither admits nor adds what did not come to an end", () => {
    expect(
      countPolicy([attempt(null, [], { runsExecuted: 11 }), attempt(null, [], { runsExecuted: 0 })], truncate(10)),
    ).toMatchObject({ admitted: 0, incomplete: 2, added: [], nodeHoursSaved: 2 });
  });

  it("saves the hours of inconclusive tries too", () => {
    expect(
      countPolicy([attempt(12, ["imex"], { nodeHours: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 2] })], truncate(10))
        .nodeHoursSaved,
    ).toBe(7);
    expect(
      countPolicy(
        [attempt(null, [], { runsExecuted: 10, nodeHours: Array.from({ length: 11 }, () => 3) })],
        truncate(10),
      ).nodeHoursSaved,
    ).toBe(3);
  });

  it("knows no saving when hours of a run that is saved are not known", () => {
    expect(countPolicy([attempt(12, ["imex"], { nodeHours: null })], truncate(10)).nodeHoursSaved).toBeNull();
    expect(countPolicy([attempt(9, ["imex"], { nodeHours: null })], truncate(10)).nodeHoursSaved).toBe(0);
  });

  it("needs whole passes from 1 to those required", () => {
    for (const passes of [0, 13, 9.5, Number.NaN])
      expect(() => countPolicy(attempts, truncate(passes))).toThrow(StatsInputError);
  });

  it("adds none that failed in no file, and none of no attempts", () => {
    expect(countPolicy([], truncate(10))).toEqual({
      admitted: 0,
      incomplete: 0,
      added: [],
      uncertain: 0,
      expected: null,
      nodeHoursSaved: 0,
    });
  });
});

describe("a dropped check (A14)", () => {
  it("is certain at the last run, bounded before, and never adds who failed another check too", () => {
    const attempts = [attempt(12), attempt(12, ["dcdiag", "imex"]), attempt(5), attempt(5, ["imex"]), attempt(null)];
    expect(bounds(countPolicy(attempts, drop("dcdiag")))).toEqual([1, 2]);
    expect(bounds(countPolicy(attempts, drop("dcdiag", "imex")))).toEqual([2, 4]);
    expect(bounds(countPolicy(attempts, drop("nccl")))).toEqual([0, 0]);
  });

  it("expects of unseen runs what seen ones did, among all that executed them", () => {
    // Run 11: executed by 4 (one failed dcdiag only, one imex): q = 1/4. Run 12: by 2, one failed imex: q = 1/2.
    const attempts = [attempt(11), attempt(11, ["imex"]), attempt(12, ["imex", "dcdiag"]), attempt(null)];
    expect(countPolicy(attempts, drop("dcdiag"))).toMatchObject({ uncertain: 1, expected: 0.5, nodeHoursSaved: null });
    // At run 10: (1 - 1/4)(1 - 1/2) more, and q of run 10 takes no part.
    expect(countPolicy([...attempts, attempt(10)], drop("dcdiag")).expected).toBeCloseTo(0.5 + 0.75 * 0.5, 12);
    // Certain ones count whole.
    expect(countPolicy([...attempts, attempt(12)], drop("dcdiag")).expected).toBeCloseTo(1 + (1 - 1 / 3), 12);
  });

  it("expects nothing when nobody ever made the unseen runs", () => {
    expect(countPolicy([attempt(5)], drop("dcdiag"))).toMatchObject({ uncertain: 1, expected: null });
  });

  it("goes by the runs made after the failure where they were made", () => {
    const after = (runs: readonly (readonly string[])[]) =>
      attempt(10, ["dcdiag"], {
        runsExecuted: 10 + runs.length,
        afterFailure: runs.map((failedChecks, at) => ({ run: 11 + at, failedChecks })),
      });
    expect(bounds(countPolicy([after([[], ["dcdiag"]])], drop("dcdiag")))).toEqual([1, 1]);
    expect(bounds(countPolicy([after([[], ["imex"]])], drop("dcdiag")))).toEqual([0, 0]);
    expect(bounds(countPolicy([after([[]])], drop("dcdiag")))).toEqual([0, 1]);
    // Only run 12 is unseen, and 1 of the 2 that made it failed imex.
    expect(countPolicy([after([[]]), after([[], ["imex"]]), attempt(null)], drop("dcdiag")).expected).toBe(0.5);
  });

  it("needs later runs only up to the passes asked about, and takes those who failed after them whatever they failed", () => {
    const policy = { of: 12, passes: 10, drop: ["dcdiag"] };
    expect(
      bounds(countPolicy([attempt(10), attempt(11, ["imex"]), attempt(9), attempt(10, ["imex"])], policy)),
    ).toEqual([2, 3]);
  });

  it("does not know of an attempts file which checks failed", () => {
    expect(countPolicy([attempt(12, []), attempt(5, [])], drop("dcdiag"))).toMatchObject({
      added: [],
      uncertain: 2,
      expected: null,
      nodeHoursSaved: null,
    });
    expect(bounds(countPolicy([attempt(12, []), attempt(5, [])], truncate(10)))).toEqual([1, 1]);
  });
});

describe("laws (statistics.md 3.4)", () => {
  const attempts = fc.array(
    fc
      .record({
        first: fc.option(fc.integer({ min: 1, max: 12 })),
        checks: fc.subarray(["dcdiag", "imex", "nccl"], { minLength: 1 }),
      })
      .map(({ first, checks }) => attempt(first, checks)),
    { maxLength: 30 },
  );

  it("admits fewer with more passes, and none in addition at those required", () => {
    fc.assert(
      fc.property(attempts, (rows) => {
        const counts = Array.from({ length: 12 }, (_, at) => countPolicy(rows, truncate(at + 1)));
        for (const [at, { added, nodeHoursSaved }] of counts.entries()) {
          expect(added.length).toBeGreaterThanOrEqual(counts[at + 1]?.added.length ?? 0);
          expect(nodeHoursSaved).toBeGreaterThanOrEqual(counts[at + 1]?.nodeHoursSaved ?? 0);
        }
        expect(counts[11]).toMatchObject({ added: [], uncertain: 0, nodeHoursSaved: 0 });
      }),
    );
  });

  it("expects a number inside the bounds, and drops more with more checks", () => {
    fc.assert(
      fc.property(attempts, (rows) => {
        const one = countPolicy(rows, drop("dcdiag"));
        if (one.expected !== null) {
          expect(one.expected).toBeGreaterThanOrEqual(one.added.length);
          expect(one.expected).toBeLessThanOrEqual(one.added.length + one.uncertain);
        }
        const two = countPolicy(rows, drop("dcdiag", "imex"));
        expect(bounds(two)[0]).toBeGreaterThanOrEqual(bounds(one)[0]);
        expect(bounds(two)[1]).toBeGreaterThanOrEqual(bounds(one)[1]);
      }),
    );
  });
});
