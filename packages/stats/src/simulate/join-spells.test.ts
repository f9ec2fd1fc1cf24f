import { describe, expect, it } from "vitest";
import type { Attempt, Spell } from "../model.ts";
import { joinCanaries } from "./join-spells.ts";
import { simulate } from "./simulate.ts";

const refused = (attemptId: string, rest: Partial<Attempt> = {}): Attempt => ({
  attemptId,
  labels: { cluster: "c1" },
  firstFailedRun: 11,
  failedChecks: ["dcdiag"],
  runsExecuted: 11,
  nodeHours: null,
  reban: null,
  canaryProbability: null,
  admittedAsCanary: false,
  ...rest,
});
const admission = (attemptId: string, days: number, cause: Spell["cause"], rest: Partial<Spell> = {}): Spell => ({
  admissionId: `s-${attemptId}`,
  days,
  cause,
  enteredDays: 0,
  labels: { cluster: "c1", entry: "canary" },
  node: null,
  startedAt: null,
  attemptId,
  ...rest,
});
const outcome = (spell: Spell): boolean | null | undefined =>
  joinCanaries([refused("a")], [spell], 30, "hardware")[0]?.reban;

describe("joinCanaries (settled.md E, simulate)", () => {
  it("takes a ban of the endpoint within the window, its last day included, for a re-ban", () => {
    expect(outcome(admission("a", 30, "fabric"))).toBe(true);
    expect(outcome(admission("a", 0, "hardware"))).toBe(true);
    expect(outcome(admission("a", 30.01, "hardware"))).toBe(false);
  });

  it("takes a competing ban for none, and a stay that was not followed for unknown", () => {
    expect(outcome(admission("a", 5, "workload"))).toBe(false);
    expect(outcome(admission("a", 30, null))).toBe(false);
    expect(outcome(admission("a", 29.9, null))).toBeNull();
  });

  it("joins by the attempt that a canary admission names, and by nothing else", () => {
    const attempts = [refused("a"), refused("b", { admittedAsCanary: true, reban: true })];
    expect(
      joinCanaries(
        attempts,
        [
          admission("a", 40, null, { labels: { entry: "ofr" } }),
          admission("z", 40, null),
          admission("x", 40, null, { attemptId: null }),
        ],
        30,
        "hardware",
      ),
    ).toEqual(attempts);
    expect(joinCanaries(attempts, [admission("b", 40, null)], 30, "hardware")).toEqual(attempts);
  });

  it("goes by the first of two admissions of one attempt", () => {
    const two = [admission("a", 3, "hardware", { startedAt: 2 }), admission("a", 40, null, { startedAt: 1 })];
    for (const spells of [two, [...two].reverse()])
      expect(joinCanaries([refused("a")], spells, 30, "hardware")[0]).toMatchObject({
        admittedAsCanary: true,
        reban: false,
      });
  });
});

describe("simulate with canaries known by events alone", () => {
  const attempts = Array.from({ length: 8 }, (_, at) => refused(`a${String(at)}`));
  const ask = (spells: readonly Spell[]) =>
    simulate({ attempts, spells, of: 12, passes: [10], windowDays: 30, endpoint: "hardware", asOf: null })[0]
      ?.reban_rate_of_additional;

  it("identifies the rate of those added", () => {
    expect(
      ask([
        ...attempts.slice(0, 2).map(({ attemptId }) => admission(attemptId, 3, "hardware")),
        ...attempts.slice(2, 5).map(({ attemptId }) => admission(attemptId, 90, null)),
      ]),
    ).toMatchObject({ identified: true, point: 0.4, canaries: 5 });
  });

  it("does not while a canary is still followed", () => {
    expect(ask(attempts.slice(0, 5).map(({ attemptId }) => admission(attemptId, 12, null)))).toMatchObject({
      identified: false,
      point: null,
      canaries: 5,
    });
  });
});
