import { describe, expect, it } from "vitest";
import { ask, attempt } from "../../test/attempts.ts";
import { wilson } from "../intervals.ts";
import type { Attempt, Spell } from "../model.ts";
import type { SimulationAnswer } from "./simulate.ts";

const times = (count: number, make: (index: number) => Attempt): Attempt[] =>
  Array.from({ length: count }, (_, index) => make(index));
/** Twenty admitted, of which four were banned again, and six refused at runs 11 and 12. */
const fleet = (): Attempt[] => [
  ...times(20, (index) => attempt(null, { reban: index < 4 })),
  ...times(4, () => attempt(11)),
  ...times(2, () => attempt(12)),
  attempt(3),
];
const one = (answers: readonly SimulationAnswer[]): SimulationAnswer => {
  const [answer] = answers;
  if (answer === undefined || answers.length !== 1) throw new TypeError(`${String(answers.length)} answers`);
  return answer;
};

describe("simulate (statistics.md 1.4)", () => {
  it("I7: answers each number of passes in the order given, with the policy it is about", () => {
    const answers = ask(fleet(), { passes: [9, 12, 10], drop: ["imex", "imex"] });
    expect(answers.map(({ schema, policy }) => [schema, policy])).toEqual(
      [9, 12, 10].map((passes) => ["slipway/simulation@1", { of: 12, passes, drop: ["imex"] }]),
    );
  });

  it("counts those who are added exactly, and bounds their rate by what is assumed", () => {
    const answer = one(ask(fleet()));
    expect(answer.additionally_admitted).toEqual({ point: 6, lo: 6, hi: 6, expected: null });
    expect(answer.node_hours_saved).toBe(20 * 2 * 2 + 4 * 2 + 2 * 2 * 2);
    expect(answer.reban_rate_of_additional).toMatchObject({
      point: null,
      identified: false,
      bounds_none: [0, 1],
      bounds_monotone: [0.2, 1],
      standard_error: null,
      interval: null,
    });
    expect(answer.extra_rebans).toEqual({
      point: null,
      bounds_none: [0, 6],
      bounds_monotone: [6 * 0.2, 6],
      bounds_monotone_ci: [6 * wilson(4, 20).lo, 6],
    });
    expect(answer.fleet_rate_after).toMatchObject({ point: null, bounds_none: [4 / 26, 10 / 26] });
    expect(answer.fleet_rate_after.bounds_monotone?.[0]).toBeCloseTo(0.2, 12);
  });

  it("answers a cell that only other lanes have, so that their attempts are counted", () => {
    const fast = { labels: { vendor: "azure", lane: "fast" } };
    const answers = ask([...fleet(), attempt(null, fast), attempt(3, fast)], { by: ["vendor"] });
    expect(answers.map(({ cell, admitted, excluded }) => [cell["vendor"], admitted, excluded.other_lanes])).toEqual([
      ["azure", 0, 2],
      ["oci", 20, 0],
    ]);
  });

  it("tells nodes that people let in from nodes that never served", () => {
    const none = ask(fleet())[0]?.reban_rate_of_additional;
    const some = ask([...fleet(), attempt(11, { reban: true })])[0]?.reban_rate_of_additional;
    expect([none?.overrides, some?.overrides, some?.point]).toEqual([0, 1, null]);
  });

  it("A12: the bound to show starts at the lower 95 % limit of the admitted rate", () => {
    expect(one(ask(fleet())).reban_rate_of_additional.bounds_monotone_ci).toEqual([wilson(4, 20).lo, 1]);
  });

  it("A13: nothing added leaves the fleet's rate as it is, and claims nothing of nobody", () => {
    const answer = one(ask(fleet(), { passes: [12] }));
    expect(answer.additionally_admitted).toEqual({ point: 0, lo: 0, hi: 0, expected: null });
    expect(answer.reban_rate_of_additional).toMatchObject({
      point: null,
      bounds_none: [0, 1],
      bounds_monotone: null,
      bounds_monotone_ci: null,
    });
    expect(answer.fleet_rate_after.point).toBe(0.2);
    expect(answer.extra_rebans).toMatchObject({ point: 0 });
    expect(answer.node_hours_saved).toBe(0);
  });

  it("gives no point for the added without a canary arm, whatever is assumed", () => {
    for (const assume of [undefined, "none", "monotone", "canary", { odds: 3 }] as const) {
      expect(one(ask(fleet(), assume === undefined ? {} : { assume })).reban_rate_of_additional).toMatchObject({
        point: null,
        identified: false,
      });
    }
  });

  it("bounds by odds of at most G", () => {
    const { bounds_odds } = one(ask(fleet(), { assume: { odds: 3 } })).reban_rate_of_additional;
    expect(bounds_odds?.[0]).toBeCloseTo(0.2, 12);
    expect(bounds_odds?.[1]).toBeCloseTo((0.2 * 3) / (1 - 0.2 + 0.2 * 3), 12);
  });

  it("an admitted node that was not followed leaves the rate unknown, and bounded (settled.md E)", () => {
    const answer = one(
      ask([...times(8, (index) => attempt(null, { reban: index < 2 })), ...times(2, () => attempt(null)), attempt(12)]),
    );
    expect(answer).toMatchObject({
      status: "insufficient_follow_up",
      reban_rate_of_admitted: { estimate: null, bounds: { lo: 0.2, hi: 0.4 } },
    });
    expect(answer.reban_rate_of_additional.bounds_monotone).toEqual([0.2, 1]);
  });

  it("answers a file without any admitted attempt", () => {
    const answer = one(ask([attempt(12), attempt(2)]));
    expect(answer).toMatchObject({ status: "no_data", additionally_admitted: { point: 1 } });
    expect(answer.reban_rate_of_additional).toMatchObject({
      bounds_none: [0, 1],
      bounds_monotone: null,
      bounds_monotone_ci: null,
    });
  });

  it("leaves other lanes and attempts without an end out, and counts them", () => {
    const answer = one(
      ask([
        ...fleet(),
        attempt(null, { labels: { vendor: "oci", cluster: "c1", lane: "fast" } }),
        attempt(11, { labels: { vendor: "oci", cluster: "c1", lane: "fast" } }),
        attempt(null, { runsExecuted: 11 }),
      ]),
    );
    expect(answer).toMatchObject({
      admitted: 20,
      additionally_admitted: { point: 6 },
      excluded: { other_lanes: 2, incomplete: 1 },
    });
  });

  it("bounds everything that depends on how many a dropped check adds", () => {
    const answer = one(
      ask([...times(20, (index) => attempt(null, { reban: index < 4 })), attempt(12), attempt(11), attempt(11)], {
        passes: [12],
        drop: ["dcdiag"],
      }),
    );
    expect(answer.additionally_admitted).toMatchObject({ point: null, lo: 1, hi: 3, expected: 3 });
    expect(answer.node_hours_saved).toBeNull();
    expect(answer.extra_rebans).toEqual({
      point: null,
      bounds_none: [0, 3],
      bounds_monotone: [0.2, 3],
      bounds_monotone_ci: [wilson(4, 20).lo, 3],
    });
    expect(answer.fleet_rate_after).toMatchObject({ point: null, bounds_none: [4 / 23, 7 / 23] });
  });

  it("takes the admitted rate from events where there are some, by cell", () => {
    let made = 0;
    const spell = (cluster: string, cause: Spell["cause"], entry = "ofr"): Spell => ({
      admissionId: `s${String((made += 1))}`,
      days: cause === null ? 60 : 5,
      cause,
      enteredDays: 0,
      labels: { cluster, entry },
      node: null,
      startedAt: null,
      attemptId: null,
    });
    const attempts = [attempt(12, { labels: { cluster: "a" } }), attempt(12, { labels: { cluster: "b" } })];
    const spells = [
      spell("a", "hardware"),
      spell("a", null),
      spell("a", null),
      spell("a", "hardware", "override"),
      spell("b", null),
    ];
    const answers = ask(attempts, { spells, by: ["cluster"] });
    expect(
      answers.map(({ cell, reban_rate_of_admitted }) => [
        cell,
        reban_rate_of_admitted.n,
        reban_rate_of_admitted.estimate,
      ]),
    ).toEqual([
      [{ cluster: "a" }, 3, 1 / 3],
      [{ cluster: "b" }, 1, 0],
    ]);
  });
});

describe("the canary arm (A19)", () => {
  const canary = (index: number, cluster: string, probability: number, rebans: number): Attempt =>
    attempt(11, { labels: { cluster }, canaryProbability: probability, admittedAsCanary: true, reban: index < rebans });
  const refused = (cluster: string, probability: number): Attempt =>
    attempt(11, { labels: { cluster }, canaryProbability: probability });

  it("one stratum: the mean of the canaries, with Wilson's interval and the finite standard error", () => {
    const answer = one(
      ask(
        [
          ...times(10, (index) => canary(index, "a", 0.5, 4)),
          ...times(10, () => refused("a", 0.5)),
          attempt(null, { reban: false }),
        ],
        { assume: "canary" },
      ),
    );
    expect(answer.reban_rate_of_additional).toMatchObject({
      point: 0.4,
      identified: true,
      interval: { method: "wilson", ...wilson(4, 10) },
    });
    expect(answer.reban_rate_of_additional.standard_error).toBeCloseTo(
      Math.sqrt((1 - 10 / 20) * ((0.4 * 0.6) / 9)),
      12,
    );
    expect(answer.extra_rebans.point).toBeCloseTo(8, 12);
  });

  it("several strata: weighed by their refused nodes, never pooled", () => {
    const attempts = [
      ...times(10, (index) => canary(index, "a", 0.5, 6)),
      ...times(10, () => refused("a", 0.5)),
      ...times(5, (index) => canary(index, "b", 0.05, 1)),
      ...times(75, () => refused("b", 0.05)),
    ];
    const { point, identified, standard_error, interval } = one(ask(attempts)).reban_rate_of_additional;
    expect(identified).toBe(true);
    expect(point).toBeCloseTo(0.2 * 0.6 + 0.8 * 0.2, 12);
    expect(standard_error).toBeCloseTo(
      Math.sqrt(0.2 ** 2 * (1 - 10 / 20) * ((0.6 * 0.4) / 9) + 0.8 ** 2 * (1 - 5 / 80) * ((0.2 * 0.8) / 4)),
      12,
    );
    expect(interval?.method).not.toBe("wilson");
    expect(interval?.lo).toBeLessThan(point ?? 0);
  });

  it("says that one coin a cluster is taken for granted where no probability is known", () => {
    const coin = "no canary probability is known";
    const rows = (probability: number | null): Attempt[] => [
      ...times(10, (index) => ({ ...canary(index, "a", 0.5, 4), canaryProbability: probability })),
      ...times(10, () => ({ ...refused("a", 0.5), canaryProbability: probability })),
    ];
    expect(one(ask(rows(null))).assumptions.some((line) => line.startsWith(coin))).toBe(true);
    expect(one(ask(rows(0.5))).assumptions.some((line) => line.startsWith(coin))).toBe(false);
  });

  it("a stratum with fewer than five canaries makes the collective rate null, and says so", () => {
    const answer = one(ask([...times(4, (index) => canary(index, "a", 0.5, 1)), ...times(6, () => refused("a", 0.5))]));
    expect(answer.reban_rate_of_additional).toMatchObject({ point: null, identified: false });
    expect(answer.assumptions.some((line) => line.includes("4 canaries"))).toBe(true);
  });
});
