import { describe, expect, it } from "vitest";
import { wilson } from "../intervals.ts";
import type { Attempt } from "../model.ts";
import { canaryArm } from "./canary-arm.ts";

let made = 0;
const node = (cluster: string, rest: Partial<Attempt> = {}): Attempt => ({
  attemptId: `a${String((made += 1))}`,
  labels: { cluster },
  firstFailedRun: 11,
  failedChecks: ["dcdiag"],
  runsExecuted: 11,
  nodeHours: null,
  reban: null,
  canaryProbability: 0.5,
  admittedAsCanary: false,
  ...rest,
});
const stratum = (
  cluster: string,
  nodes: number,
  canaries: number,
  rebans: number,
  rest: Partial<Attempt> = {},
): Attempt[] =>
  Array.from({ length: nodes }, (_, at) =>
    node(cluster, at < canaries ? { ...rest, admittedAsCanary: true, reban: at < rebans } : rest),
  );

describe("canaryArm (A19)", () => {
  it("has an interval of some width where no canary, or every one, of several strata was banned again", () => {
    for (const [rebans, point] of [
      [0, 0],
      [5, 1],
    ] as const) {
      const arm = canaryArm([...stratum("a", 10, 5, rebans), ...stratum("b", 10, 5, rebans)]);
      expect(arm).toMatchObject({ identified: true, point, standardError: 0 });
      // Two equal strata: half of each distance, added as squares.
      const { lo, hi } = wilson(rebans, 5);
      const reach = (distance: number): number => Math.hypot(distance / 2, distance / 2);
      if (arm.identified) {
        expect(arm.interval.lo).toBeCloseTo(point - reach(point - lo), 12);
        expect(arm.interval.hi).toBeCloseTo(point + reach(hi - point), 12);
      }
    }
  });

  it("has no sampling error where every node was a canary", () => {
    expect(canaryArm(stratum("a", 6, 6, 3))).toMatchObject({ identified: true, point: 0.5, standardError: 0 });
  });

  it("tells a cluster's nodes with another coin apart, and those without a coin", () => {
    expect(canaryArm([...stratum("a", 10, 5, 1), ...stratum("a", 10, 5, 1, { canaryProbability: 0.1 })])).toMatchObject(
      { identified: true, interval: { method: "stratified-wilson-mover" } },
    );
    expect(canaryArm([...stratum("a", 10, 5, 1), node("a", { canaryProbability: null })])).toMatchObject({
      identified: false,
      why: "cluster a, no canary probability has 0 canaries among 1 nodes, and 5 are needed",
    });
  });

  it("does not identify by those canaries alone that failed early", () => {
    expect(canaryArm([...stratum("a", 6, 6, 3), node("a", { admittedAsCanary: true })])).toMatchObject({
      identified: false,
      canaries: 7,
      why: "1 of 7 canaries are not yet followed to the end of the window",
    });
  });

  it("says that there is none", () => {
    expect(canaryArm(stratum("a", 3, 0, 0))).toEqual({
      identified: false,
      canaries: 0,
      why: "no canary is among these nodes",
    });
  });
});
