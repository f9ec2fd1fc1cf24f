import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatsInputError } from "../input-error.ts";
import { wilson, wilsonUpper } from "../intervals.ts";
import type { Attempt } from "../model.ts";
import { tallyAttempts, tallyTable, type RunTally } from "./table.ts";
import { value, type ValueAnswer } from "./value.ts";

const TABLE = tallyTable([
  { run: 1, reached: 1000, firstFailures: 100, nodeHoursPerRun: 2 },
  { run: 2, reached: 900, firstFailures: 18, nodeHoursPerRun: 2 },
  { run: 3, reached: 882, firstFailures: 0, nodeHoursPerRun: 2 },
]);
const of = (run: number, answers: readonly ValueAnswer[]): ValueAnswer => {
  const found = answers.find((answer) => answer.run === run);
  if (found === undefined) throw new TypeError(`no run ${String(run)}`);
  return found;
};

describe("the value of a run (statistics.md 1.5)", () => {
  it("I4: says what each run costs and finds", () => {
    const answer = of(1, value(TABLE));
    expect(answer).toMatchObject({
      schema: "slipway/value@1",
      run: 1,
      reached: 1000,
      first_failures: 100,
      hazard: 0.1,
      interval: wilson(100, 1000),
      node_hours: 2000,
      node_hours_per_detection: 20,
      warnings: [],
    });
    expect(answer).not.toHaveProperty("rebans_avoided");
    expect(answer).not.toHaveProperty("stop_from_run");
  });

  it("A15: the at-least figure is given for every run", () => {
    const answers = value(TABLE);
    expect(of(2, answers).node_hours_per_detection_at_least).toBeCloseTo(2 / wilsonUpper(18, 900), 12);
    expect(of(3, answers)).toMatchObject({ node_hours_per_detection: null, warnings: ["never-failed"] });
    expect(of(3, answers).node_hours_per_detection_at_least).toBeCloseTo(2 / wilsonUpper(0, 882), 12);
  });

  it("A15: true detections with all runs, and without runs that never failed", () => {
    const answers = value(TABLE);
    expect(of(1, answers).true_detections).toEqual({ lo: 100, hi: 100 });
    expect(of(1, answers).true_detections_excluding_never_failed).toEqual({ lo: 100 - 1000 * 0.02, hi: 100 });
    expect(of(3, answers).true_detections_excluding_never_failed).toBeNull();
  });

  it("the flake ceiling to show is the smallest upper limit over K runs at z of 0.025/K (settled.md E: 2.865 for 12)", () => {
    const twelve = Array.from({ length: 12 }, (_, at): RunTally => ({
      run: at + 1,
      reached: 500,
      firstFailures: 5 + at,
      nodeHours: 1000,
    }));
    const ceiling = wilsonUpper(5, 500, 2.865);
    expect(of(12, value(twelve)).true_detections_ci.lo).toBeCloseTo(Math.max(0, 16 - 500 * ceiling), 2);
  });

  it("A15: with a known rate of the admitted, re-bans avoided are bounded", () => {
    const answer = of(2, value(TABLE, { admittedRate: 0.25 }));
    expect(answer.rebans_avoided).toEqual({ bounds_none: [0, 18], bounds_monotone: [4.5, 18] });
    expect(answer.node_hours_per_reban_avoided).toEqual({ bounds_none: [100, null], bounds_monotone: [100, 400] });
    expect(of(3, value(TABLE, { admittedRate: 0.25 })).node_hours_per_reban_avoided).toEqual({
      bounds_none: [null, null],
      bounds_monotone: [null, null],
    });
  });

  it("a price set by somebody says from which run on the runs cost more than they can avoid", () => {
    expect(of(1, value(TABLE, { prices: { banCost: 100, nodeHourPrice: 1, setBy: "hwh" } }))).toMatchObject({
      stop_from_run: 3,
      set_by: "hwh",
    });
    expect(of(1, value(TABLE, { prices: { banCost: 50, nodeHourPrice: 1, setBy: "hwh" } }))).toMatchObject({
      stop_from_run: 2,
    });
    expect(
      of(
        1,
        value([{ run: 1, reached: 10, firstFailures: 5, nodeHours: 20 }], {
          prices: { banCost: 100, nodeHourPrice: 1, setBy: "x" },
        }),
      ).stop_from_run,
    ).toBeNull();
  });

  it("claims nothing of a run that nobody reached", () => {
    const [answer] = value(tallyTable([{ run: 1, reached: 0, firstFailures: 0, nodeHoursPerRun: 2 }]));
    expect(answer).toMatchObject({
      hazard: null,
      interval: null,
      node_hours_per_detection: null,
      node_hours_per_detection_at_least: null,
      warnings: ["not-reached"],
    });
  });

  it("names what cannot be", () => {
    expect(() => tallyTable([{ run: 1, reached: 3, firstFailures: 4, nodeHoursPerRun: 2 }])).toThrow(/run 1/);
    expect(() =>
      tallyTable([
        { run: 1, reached: 3, firstFailures: 1, nodeHoursPerRun: 2 },
        { run: 1, reached: 3, firstFailures: 1, nodeHoursPerRun: 2 },
      ]),
    ).toThrow(StatsInputError);
    expect(() => value(TABLE, { admittedRate: 1.5 })).toThrow(StatsInputError);
  });

  it("counts attempts run by run, the runs after a failure apart", () => {
    const attempt = (attemptId: string, firstFailedRun: number | null, runsExecuted: number): Attempt => ({
      attemptId,
      labels: {},
      firstFailedRun,
      failedChecks: firstFailedRun === null ? [] : ["dcdiag"],
      runsExecuted,
      nodeHours: Array.from({ length: runsExecuted }, () => 2),
      reban: null,
      canaryProbability: null,
      admittedAsCanary: false,
    });
    expect(
      tallyAttempts([
        attempt("a", null, 3),
        attempt("b", 2, 2),
        attempt("c", 1, 3),
        { ...attempt("d", 1, 1), labels: { lane: "fast" } },
      ]),
    ).toEqual({
      otherLanes: 1,
      tallies: [
        { run: 1, reached: 3, firstFailures: 1, nodeHours: 6 },
        { run: 2, reached: 2, firstFailures: 1, nodeHours: 4 },
        { run: 3, reached: 1, firstFailures: 0, nodeHours: 2 },
      ],
    });
    expect(of(1, value(TABLE, { otherLanes: 1 }))).toMatchObject({ excluded: { other_lanes: 1 }, reached: 1000 });
    expect(of(1, value(TABLE)).excluded).toEqual({ other_lanes: 0 });
  });

  it("bounds always hold what was counted, and the ceiling to show is the wider", () => {
    const tallies = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: 1,
        maxLength: 12,
      })
      .map((all) =>
        all.map(([reached, share], at): RunTally => ({
          run: at + 1,
          reached,
          firstFailures: Math.floor(reached * share),
          nodeHours: reached * 2,
        })),
      );
    fc.assert(
      fc.property(tallies, (rows) => {
        for (const { first_failures, true_detections, true_detections_ci, interval } of value(rows)) {
          expect(true_detections.lo >= 0 && true_detections.lo <= first_failures).toBe(true);
          expect(true_detections_ci.lo).toBeLessThanOrEqual(true_detections.lo + 1e-9);
          expect(interval !== null && interval.lo >= 0 && interval.hi <= 1).toBe(true);
        }
      }),
    );
  });
});
