import { PassPolicy } from "@slipway/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideValidation, type PassSummary, type ValidationFacts, type ValidationState } from "./decide.ts";

const NOW = 1_000_000_000;
const state = (over: Partial<ValidationState> = {}): ValidationState => ({
  status: "running",
  passesRequired: 12,
  policy: PassPolicy.parse({}),
  attempt: 1,
  coin: null,
  carried: 0,
  keepsRunning: false,
  passes: [],
  ...over,
});
const facts = (over: Partial<ValidationFacts> = {}): ValidationFacts => ({
  now: NOW,
  claim: "ours",
  open: undefined,
  nobody: undefined,
  full: undefined,
  breaker: undefined,
  moved: undefined,
  bootedFor: [],
  ...over,
});
const passes = (words: string): PassSummary[] => {
  const letters = { P: "pass", F: "fail", I: "inconclusive" } as const;
  let runIndex = 1;
  let tried = 0;
  return words.split("").map((letter) => {
    const verdict = letters[letter as keyof typeof letters];
    const summary = { runIndex, try: tried, kind: "required" as const, verdict, bootId: "b", finishedAt: NOW - 1_000 };
    if (verdict === "inconclusive") tried += 1;
    else [runIndex, tried] = [runIndex + 1, 0];
    return summary;
  });
};
const decide = (words: string, over: Partial<ValidationState> = {}, also: Partial<ValidationFacts> = {}) =>
  decideValidation(state({ passes: passes(words), ...over }), facts(also));

describe("passes", () => {
  it("run one after the other, and the last one releases the machine", () => {
    expect(decide("")).toMatchObject({ do: "pass", runIndex: 1, try: 0, kind: "required" });
    expect(decide("PPP")).toMatchObject({ do: "pass", runIndex: 4, try: 0 });
    expect(decide("P".repeat(12))).toMatchObject({ do: "release", entry: "passed" });
    expect(decide("P", { passesRequired: 1 })).toMatchObject({ do: "release" });
  });

  it("that fail ban the machine; the validation restarts only where the policy says reset", () => {
    expect(decide("PPF")).toMatchObject({ do: "ban", runIndex: 3 });
    const policy = PassPolicy.parse({ onFail: "reset", maxAttempts: 2 });
    expect(decide("PPF", { policy })).toMatchObject({ do: "restart" });
    expect(decide("PPF", { policy, attempt: 2 })).toMatchObject({ do: "ban" });
  });

  it("of earlier attempts count where the policy counts cumulatively", () => {
    expect(decide("PPP", { carried: 8 })).toMatchObject({ do: "pass", runIndex: 4 });
    expect(decide("PPPP", { carried: 8 })).toMatchObject({ do: "release" });
    expect(decide("PPF", { carried: 11 })).toMatchObject({ do: "ban" });
  });

  it("that are inconclusive are retried under the same index, then the validation is held", () => {
    expect(decide("PI")).toMatchObject({ do: "pass", runIndex: 2, try: 1 });
    expect(decide("PII")).toMatchObject({ do: "pass", runIndex: 2, try: 2 });
    expect(decide("PIII")).toMatchObject({ do: "hold" });
    expect(decide("PIIP")).toMatchObject({ do: "pass", runIndex: 3, try: 0 });
  });

  it("of a confirmation run never overrule a fail", () => {
    const policy = PassPolicy.parse({ confirmations: 2 });
    const failed = passes("PF");
    const confirmed = (verdict: "pass" | "fail", runIndex: number): PassSummary => ({
      runIndex,
      try: 0,
      kind: "confirmation",
      verdict,
      bootId: "b",
      finishedAt: NOW - 1,
    });
    expect(decideValidation(state({ policy, passes: failed }), facts())).toMatchObject({
      do: "pass",
      runIndex: 3,
      kind: "confirmation",
    });
    expect(
      decideValidation(state({ policy, passes: [...failed, confirmed("pass", 3), confirmed("pass", 4)] }), facts()),
    ).toMatchObject({ do: "ban", runIndex: 2 });
  });

  it("continue after a failure where keep-running was drawn, and the machine is banned all the same", () => {
    expect(decide("PF", { keepsRunning: true, passesRequired: 4 })).toMatchObject({
      do: "pass",
      runIndex: 3,
      kind: "after-failure",
    });
    const after: PassSummary[] = [3, 4].map((runIndex) => ({
      runIndex,
      try: 0,
      kind: "after-failure",
      verdict: "pass",
      bootId: "b",
      finishedAt: NOW - 1,
    }));
    expect(
      decideValidation(state({ keepsRunning: true, passesRequired: 4, passes: [...passes("PF"), ...after] }), facts()),
    ).toMatchObject({ do: "ban" });
  });

  it("of a failed machine admit it as a canary only where the coin was drawn", () => {
    const coin = { probability: 0.05, seed: "s", drawn: 0.01, admitted: true };
    expect(decide("PF", { coin })).toMatchObject({ do: "release", entry: "canary" });
    expect(decide("PF", { coin: { ...coin, admitted: false } })).toMatchObject({ do: "ban" });
    expect(decide("PIII", { coin })).toMatchObject({ do: "hold" });
  });

  it("that need a fresh boot are preceded by exactly one boot, every n-th pass", () => {
    const policy = PassPolicy.parse({ freshBootEvery: 3 });
    expect(decide("PP", { policy })).toMatchObject({ do: "pass", runIndex: 3 });
    expect(decide("PPP", { policy })).toMatchObject({ do: "boot", runIndex: 4 });
    expect(decide("PPP", { policy }, { bootedFor: [4] })).toMatchObject({ do: "pass", runIndex: 4 });
  });
});

describe("a node that no living worker can reach", () => {
  const nobody = "no worker that is alive has vendor:lab";
  const waits = { do: "wait", code: "NoWorkerFor", reason: nobody, until: NOW + 5 * 60_000 };

  it("is not claimed, nor asked for a pass or a boot", () => {
    expect(decide("", {}, { nobody, claim: "free" })).toEqual(waits);
    expect(decide("P", {}, { nobody })).toEqual(waits);
    const policy = PassPolicy.parse({ freshBootEvery: 1 });
    expect(decide("P", { policy }, { nobody })).toEqual(waits);
  });

  it("keeps an open act waiting, and says so instead of how it failed before", () => {
    const open = { key: "k", lookAgainAt: NOW + 1, failed: "pass failed once: x" };
    expect(decide("P", {}, { nobody, open })).toEqual(waits);
    expect(decide("P", {}, { open })).toMatchObject({ code: "ActTriedAgain", until: NOW + 1 });
  });

  it("keeps what is waited for too long from being waited for further, for whoever could look has looked", () => {
    const overdue = { code: "BootUnproven", reason: "no other boot of the node was seen" } as const;
    const open = { key: "k", lookAgainAt: NOW + 1, overdue };
    expect(decide("P", {}, { nobody, open })).toMatchObject({ do: "hold", ...overdue });
    expect(decide("P", {}, { open: { ...open, overdue: undefined } })).toMatchObject({ do: "wait", until: NOW + 1 });
  });

  it("is released or banned all the same by what was proven before", () => {
    expect(decide("P".repeat(12), {}, { nobody })).toMatchObject({ do: "release" });
    expect(decide("PF", {}, { nobody })).toMatchObject({ do: "ban" });
  });
});

describe("facts", () => {
  it("a validation claims the machine first, waits for limits and other claims, and is cancelled when the machine moved", () => {
    expect(decide("", { status: "queued" }, { claim: "free" })).toEqual({ do: "claim" });
    expect(decide("", { status: "queued" }, { claim: "free", full: "full" })).toMatchObject({
      do: "wait",
      reason: "full",
    });
    expect(decide("", {}, { claim: "other" })).toMatchObject({ do: "wait" });
    expect(decide("PPP", {}, { moved: "elsewhere" })).toMatchObject({ do: "cancel" });
    expect(decide("PPP", {}, { open: { key: "k", lookAgainAt: 7 } })).toMatchObject({ do: "wait", until: 7 });
  });

  it("a failing validation is held instead of banned while the breaker is open", () => {
    expect(decide("F", {}, { breaker: { reason: "half the rack", owner: "hwh" } })).toEqual({
      do: "hold",
      code: "BreakerTripped",
      reason: "half the rack",
      owner: "hwh",
    });
  });
});

it("no machine is released with fewer passes than required, or with a fail, except by the canary arm", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("P", "F", "I"), { maxLength: 20 }),
      fc.integer({ min: 1, max: 14 }),
      fc.constantFrom(0, 1, 2, 5),
      (letters, passesRequired, inconclusiveRetries) => {
        const history = passes(letters.join(""));
        const step = decideValidation(
          state({ passes: history, passesRequired, policy: PassPolicy.parse({ inconclusiveRetries }) }),
          facts(),
        );
        const good = history.filter(({ verdict }) => verdict === "pass").length;
        const bad = history.some(({ verdict }) => verdict === "fail");
        if (step.do === "release") expect([good >= passesRequired, bad]).toEqual([true, false]);
        if (step.do === "ban") expect(bad).toBe(true);
        if (bad) expect(step.do).toBe("ban");
      },
    ),
  );
});
