import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatsInputError } from "../input-error.ts";
import type { RunRow } from "../model.ts";
import { foldRuns } from "./fold-runs.ts";
import { inSlowLane } from "./lanes.ts";

const row = (
  attemptId: string,
  runIndex: number,
  result: RunRow["result"] = "pass",
  rest: Partial<RunRow> = {},
): RunRow => ({
  attemptId,
  runIndex,
  result,
  failedChecks: result === "fail" ? ["dcdiag"] : [],
  nodeHours: 2,
  labels: {},
  ...rest,
});

describe("foldRuns", () => {
  it("keeps the first failing run, its checks, and every run made", () => {
    const { attempts } = foldRuns([
      row("a", 2, "fail", { failedChecks: ["imex", "dcdiag"] }),
      row("a", 1),
      row("b", 1, "pass", { labels: { vendor: "oci" } }),
    ]);
    expect(attempts).toEqual([
      {
        attemptId: "a",
        labels: {},
        firstFailedRun: 2,
        failedChecks: ["imex", "dcdiag"],
        runsExecuted: 2,
        nodeHours: [2, 2],
        reban: null,
        canaryProbability: null,
        admittedAsCanary: false,
      },
      {
        attemptId: "b",
        labels: { vendor: "oci" },
        firstFailedRun: null,
        failedChecks: [],
        runsExecuted: 1,
        nodeHours: [2],
        reban: null,
        canaryProbability: null,
        admittedAsCanary: false,
      },
    ]);
  });

  it("keeps the runs made after a failure", () => {
    const [attempt] = foldRuns([
      row("a", 1, "fail"),
      row("a", 2),
      row("a", 3, "fail", { failedChecks: ["nccl"] }),
    ]).attempts;
    expect(attempt).toMatchObject({
      firstFailedRun: 1,
      runsExecuted: 3,
      afterFailure: [
        { run: 2, failedChecks: [] },
        { run: 3, failedChecks: ["nccl"] },
      ],
    });
  });

  it("counts of several rows of one index the conclusive one, and the hours of all", () => {
    const { attempts, counters } = foldRuns([
      row("a", 1, "inconclusive", { nodeHours: 1 }),
      row("a", 1),
      row("a", 1, "inconclusive", { nodeHours: 0.5 }),
      row("a", 2, "fail"),
    ]);
    expect(attempts[0]).toMatchObject({ firstFailedRun: 2, runsExecuted: 2, nodeHours: [3.5, 2] });
    expect(counters).toEqual({ rows: 4, inconclusive: 2, other_lanes: 0, missing_runs: 0 });
  });

  it("takes no index for an inconclusive row of its own: it is no pass", () => {
    const { attempts, counters } = foldRuns([
      row("a", 1),
      row("a", 2, "inconclusive", { nodeHours: 1 }),
      row("a", 3),
      row("a", 4, "fail"),
    ]);
    expect(attempts[0]).toMatchObject({ firstFailedRun: 3, runsExecuted: 3, nodeHours: [2, 3, 2] });
    expect(counters.missing_runs).toBe(0);
  });

  it("keeps the hours of a last inconclusive try beyond the runs made", () => {
    expect(foldRuns([row("a", 1), row("a", 2, "inconclusive", { nodeHours: 1 })]).attempts[0]).toMatchObject({
      firstFailedRun: null,
      runsExecuted: 1,
      nodeHours: [2, 1],
    });
    expect(foldRuns([row("a", 1, "inconclusive")]).attempts[0]).toMatchObject({
      firstFailedRun: null,
      runsExecuted: 0,
      nodeHours: [2],
    });
  });

  it("says which attempt and run has two results", () => {
    expect(() => foldRuns([row("a-7", 3), row("a-7", 3)])).toThrow(/a-7, run 3: two rows/);
    expect(() => foldRuns([row("a-7", 3), row("a-7", 3, "fail")])).toThrow(StatsInputError);
  });

  it("does not accept a result that its failed checks contradict", () => {
    expect(() => foldRuns([row("a", 1, "pass", { failedChecks: ["imex"] })])).toThrow(
      /result is pass, but imex failed/,
    );
    expect(() => foldRuns([row("a", 1, "inconclusive", { failedChecks: ["imex"] })])).toThrow(/result is inconclusive/);
    expect(() => foldRuns([row("a", 1, "fail", { failedChecks: [] })])).toThrow(/no failed check is named/);
    expect(() => foldRuns([row("a", 0)])).toThrow(/whole number from 1/);
    expect(() => foldRuns([row("a", 1, "pass", { nodeHours: -1 })])).toThrow(/node hours/);
  });

  it("keeps the lane of an attempt, and counts the rows of lanes that thresholds are not asked of", () => {
    const { attempts, counters } = foldRuns([
      row("a", 1, "pass", { labels: { lane: "fast" } }),
      row("b", 1, "pass", { labels: { lane: "slow" } }),
      row("c", 1),
    ]);
    expect(attempts.filter(inSlowLane).map(({ attemptId }) => attemptId)).toEqual(["b", "c"]);
    expect(counters.other_lanes).toBe(1);
  });

  it("knows the hours of each run that has them, and none of a run with a try that has none", () => {
    const hours = (...rows: Parameters<typeof foldRuns>[0]): unknown => foldRuns(rows).attempts[0]?.nodeHours;
    expect(hours(row("a", 1), row("a", 2, "pass", { nodeHours: null }))).toEqual([2, null]);
    expect(hours(row("a", 1), row("a", 2), row("a", 2, "inconclusive", { nodeHours: null }))).toEqual([2, null]);
    expect(hours(row("a", 1, "pass", { nodeHours: null }))).toBeNull();
  });

  it("takes no run without a row for a pass, and counts them", () => {
    const failed = foldRuns([row("a", 1), row("a", 4, "fail")]);
    expect(failed.attempts[0]).toMatchObject({ firstFailedRun: 4, runsExecuted: 4, nodeHours: [2, null, null, 2] });
    expect(failed.counters.missing_runs).toBe(2);
    expect(foldRuns([row("a", 1), row("a", 2), row("a", 4)]).attempts[0]).toMatchObject({
      firstFailedRun: null,
      runsExecuted: 3,
    });
  });

  it("leaves out what differs from run to run of an attempt", () => {
    const runs = ["boot-1", "boot-2"].map((boot, at) => row("a", at + 1, "pass", { labels: { vendor: "oci", boot } }));
    expect(foldRuns(runs).attempts[0]?.labels).toEqual({ vendor: "oci" });
  });

  it("does not accept an attempt in two cells", () => {
    expect(() =>
      foldRuns([
        row("a", 1, "pass", { labels: { vendor: "oci" } }),
        row("a", 2, "pass", { labels: { vendor: "azure" } }),
      ]),
    ).toThrow(/two of vendor: azure and oci/);
  });

  it("has no attempts of no rows", () => {
    expect(foldRuns([])).toEqual({
      attempts: [],
      counters: { rows: 0, inconclusive: 0, other_lanes: 0, missing_runs: 0 },
    });
  });

  it("does not depend on the order of rows", () => {
    const rows = ["a", "b", "c"].flatMap((id, at) => [
      ...Array.from({ length: 4 + at }, (_, index) =>
        row(id, index + 1, index === 3 + at ? "fail" : "pass", { nodeHours: 0.1 * (index + 1) }),
      ),
      row(id, 2, "inconclusive", { nodeHours: 0.3 }),
      row(id, 2, "inconclusive", { nodeHours: 0.7 }),
    ]);
    const answer = JSON.stringify(foldRuns(rows));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        (shuffled) => JSON.stringify(foldRuns(shuffled)) === answer,
      ),
    );
  });
});
