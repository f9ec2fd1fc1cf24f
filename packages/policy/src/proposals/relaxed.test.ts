import { describe, expect, it } from "vitest";
import { lane, proposal } from "../../test/proposals.ts";
import { type Lane } from "../lanes/lane.ts";
import { lacking, relaxations } from "./completeness.ts";
import { changedExpectations, relaxedLane } from "./relaxed.ts";

describe("what a change relaxes", () => {
  it.each<[string, Lane | undefined, Lane | undefined, number]>([
    ["fewer passes", lane(), lane({ passes: 10 }), 1],
    ["more passes", lane(), lane({ passes: 13 }), 0],
    ["a check less", lane(), lane({ checks: ["imex"] }), 1],
    ["a check more", lane(), lane({ checks: ["dcdiag", "imex", "xid"] }), 0],
    ["a part's check less", lane({ parts: { gpu: ["dcdiag", "imex"] } }), lane({ parts: { gpu: ["dcdiag"] } }), 1],
    ["a fail that starts again, with more attempts", lane(), lane({ policy: { onFail: "reset", maxAttempts: 3 } }), 2],
    ["passes in all", lane(), lane({ policy: { counting: "cumulative" } }), 1],
    ["no fresh boots", lane({ policy: { freshBootEvery: 4 } }), lane(), 1],
    ["rarer fresh boots", lane({ policy: { freshBootEvery: 4 } }), lane({ policy: { freshBootEvery: 6 } }), 1],
    ["more fresh boots", lane({ policy: { freshBootEvery: 4 } }), lane({ policy: { freshBootEvery: 1 } }), 0],
    ["older proof", lane(), lane({ fastTrackDays: 60 }), 1],
    ["other nodes", lane(), lane({ for: { vendor: ["oci"] } }), 1],
    ["a new lane", undefined, lane(), 1],
    ["a lane gone", lane(), undefined, 1],
    ["a priority", lane(), lane({ priority: 5 }), 0],
  ])("%s", (_name, before, after, count) => {
    expect(relaxedLane(before, after)).toHaveLength(count);
  });

  it("distinguishes expectations that were removed from those that changed", () => {
    expect(
      changedExpectations("sku/x", { gpus: { count: 4 }, ib: { pkey: "0x8001" } }, { gpus: { count: 3 }, ib: {} }),
    ).toEqual({
      gone: ["sku/x: nothing is expected of ib.pkey any more"],
      otherwise: ["sku/x: gpus.count is 3, was 4"],
    });
    expect(changedExpectations("sku/x", { a: 1 }, undefined).gone).toHaveLength(1);
    expect(changedExpectations("sku/x", undefined, { a: 1 })).toEqual({ gone: [], otherwise: [] });
  });

  it("is taken from the backtest where the files do not show it", () => {
    const change = { ...proposal().change, relaxes: [], may_relax: ["sku/x: gpus.count is 3, was 4"] };
    const backtest = (flips: unknown) => ({ schema: "slipway/backtest@1", judged: 9, flips });
    expect(relaxations({ change, backtest: null })).toHaveLength(1);
    expect(relaxations({ change, backtest: backtest({ "pass→fail": 3 }) })).toEqual([]);
    expect(relaxations({ change, backtest: backtest({ "fail→pass": 2, "inconclusive→pass": 1 }) })).toContain(
      "3 verdicts of the backtest become pass",
    );
    expect(relaxations({ change, backtest: backtest([{ before: "fail", after: "pass", count: 4 }]) })).toContain(
      "4 verdicts of the backtest become pass",
    );
    expect(relaxations({ change, backtest: { ...backtest({}), judged: 0 } })).toHaveLength(1);
  });
});

describe("what a draft lacks", () => {
  const arm = {
    probability: 0.05,
    segment: "fleet" as const,
    canaries: 93,
    stop: { p0: 0.01, p1: 0.3, alpha: 0.05, beta: 0.05 },
  };
  const whole = {
    backtest: { schema: "slipway/backtest@1", judged: 9, flips: {} },
    simulation: [{ schema: "slipway/simulation@1" }],
  };

  it("is listed field by field", () => {
    expect(lacking(proposal(), [lane()]).map((line) => line.split(":")[0])).toEqual([
      "backtest",
      "simulation",
      "canary.nodes",
    ]);
    expect(lacking(proposal({ ...whole, canary: { nodes: ["n1"] } }), [lane()])).toEqual([]);
    expect(
      lacking(
        proposal({ ...whole, backtest: { schema: "slipway/backtest@1", judged: 0 }, canary: { nodes: ["n1"] } }),
        [],
      ),
    ).toEqual(["backtest: it judged nothing"]);
  });

  it("includes a canary arm, and a lane that draws it, where a threshold is relaxed", () => {
    const relaxed = { ...whole, change: { ...proposal().change, relaxes: ["lane slow: passes 10 instead of 12"] } };
    expect(lacking(proposal({ ...relaxed, canary: { nodes: ["n1"] } }), [lane()])[0]).toMatch(
      /^canary\.arm: a threshold is relaxed/,
    );
    expect(lacking(proposal({ ...relaxed, canary: { nodes: ["n1"], arm } }), [lane()])[0]).toMatch(
      /^canary\.arm: the plan says probability 0\.05 in fleet/,
    );
    expect(
      lacking(proposal({ ...relaxed, canary: { nodes: ["n1"], arm } }), [
        lane({ canaryArm: { probability: 0.05, segments: ["fleet"] } }),
      ]),
    ).toEqual([]);
  });
});
