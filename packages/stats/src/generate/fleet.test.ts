import { describe, expect, it } from "vitest";
import { foldRuns } from "../attempts/fold-runs.ts";
import { FLEET_CELLS } from "./cells.ts";
import { generateFleet } from "./fleet.ts";
import { AS_OF, eventsOf, runsOf } from "./rows.ts";
import { truthOf } from "./truth.ts";

const [first, second] = FLEET_CELLS;
const big = {
  cluster: "big",
  vendor: "oci",
  sku: "H100",
  segment: "fleet",
  nodes: 50_000,
  bad: 0.271,
  marginal: 0.19,
  defective: 0.095,
} as const;
/** Four standard errors of a share. */
const near = (share: number, truth: number, n: number): void =>
  expect(Math.abs(share - truth), `${String(share)} against ${String(truth)}`).toBeLessThan(
    4 * Math.sqrt((truth * (1 - truth)) / n),
  );

describe("generateFleet", () => {
  it("is the same for the same seed, and a cell is the same whichever others are made", () => {
    const whole = generateFleet({ seed: 5 });
    expect(whole.map(({ cell }) => cell.cluster)).toEqual(FLEET_CELLS.map(({ cluster }) => cluster));
    expect(generateFleet({ seed: 5, cells: second === undefined ? [] : [second] })).toEqual(whole.slice(1, 2));
    expect(generateFleet({ seed: 6, cells: first === undefined ? [] : [first] })).not.toEqual(whole.slice(0, 1));
    expect(whole[0]?.attempts).toHaveLength(346);
  });

  it.each(["base", "competing"] as const)("does what its truth says, %s", (variant) => {
    const [made] = generateFleet({ seed: 1, variant, cells: [big] });
    const truth = truthOf(big, { variant });
    const { attempts = [], realised = { n: 0, any: 0, hardware: 0 }, trueDetections = [] } = made ?? {};
    near(realised.hardware / realised.n, truth.rate().hardware, realised.n);
    near(realised.any / realised.n, truth.rate().any, realised.n);
    near(
      attempts.filter(({ firstFailedRun }) => (firstFailedRun ?? 0) > 10).length / attempts.length,
      truth.additional(10).share,
      attempts.length,
    );
    const failedFirst = attempts.filter(({ firstFailedRun }) => firstFailedRun === 1).length;
    near(failedFirst / attempts.length, truth.run(1).hazard, attempts.length);
    near((trueDetections[0] ?? 0) / failedFirst, truth.run(1).trueShare, failedFirst);
    const canaries = attempts.filter(({ admittedAsCanary, reban }) => admittedAsCanary && reban !== null);
    expect(canaries.length).toBeGreaterThan(100);
  });

  it("admits who passed all runs, and by the coin some who failed the last two", () => {
    for (const { attempts, spells } of generateFleet({ seed: 2, overrides: true })) {
      const entries = new Map(spells.map(({ attemptId, labels }) => [attemptId, labels["entry"]]));
      for (const { attemptId, firstFailedRun, runsExecuted, admittedAsCanary, canaryProbability } of attempts) {
        const entry = entries.get(attemptId);
        if (firstFailedRun === null) expect([entry, runsExecuted]).toEqual(["ofr", 12]);
        else expect(entry).not.toBe("ofr");
        expect(entry === "canary").toBe(admittedAsCanary);
        expect(canaryProbability).toBe((firstFailedRun ?? 0) > 10 ? 0.5 : null);
      }
    }
  });

  it("writes wrong causes down when it is asked to, and no workload ban ends a stay in the base", () => {
    const causes = (mislabelled: boolean) =>
      generateFleet({ seed: 1, cells: [big], mislabelled }).flatMap(({ spells }) => spells.map(({ cause }) => cause));
    expect(causes(false)).not.toContain("workload");
    expect(causes(true)).toContain("workload");
  });
});

describe("rows of a generated cell", () => {
  const [made] = generateFleet({ seed: 3, keepRunning: 0.3 });

  it("fold to its attempts", () => {
    if (made === undefined) throw new Error("no cell");
    const { attempts } = foldRuns(runsOf(made));
    expect(attempts).toEqual(
      made.attempts.map((attempt) => ({ ...attempt, reban: null, canaryProbability: null, admittedAsCanary: false })),
    );
  });

  it("are events in time, with bans that end stays and lifted ones that do not", () => {
    if (made === undefined) throw new Error("no cell");
    const events = eventsOf(made, 3);
    expect(events.filter(({ type }) => type === "admit")).toHaveLength(made.spells.length);
    expect(events.filter(({ type, cause }) => type === "ban" && cause !== "workload")).toHaveLength(
      made.spells.filter(({ cause }) => cause !== null).length,
    );
    const lifted = events.filter(({ cause }) => cause === "workload").length;
    expect(lifted).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === "unban")).toHaveLength(lifted);
    expect(events.every(({ ts }) => ts <= AS_OF + 1)).toBe(true);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  });
});
