import { expect, it } from "vitest";
import { canaryGate, type Trial } from "./gate.ts";

const positive = (subject: string, active: Trial["active"], staged: Trial["staged"]): Trial => ({
  control: "positive",
  subject,
  active,
  staged,
  good: staged === "pass",
});
const negative = (subject: string, staged: Trial["staged"]): Trial => ({
  control: "negative",
  subject,
  active: null,
  staged,
  good: staged === "fail",
});
const needs = { canaries: 2, faults: ["a", "b"] };
const good = [
  positive("n1", "pass", "pass"),
  positive("n2", "pass", "pass"),
  negative("a", "fail"),
  negative("b", "fail"),
];

it("the gate opens when canary nodes pass and every fail code was given by a negative trial", () => {
  expect(canaryGate(good, needs)).toEqual({ open: true, missing: [], blamed: undefined });
});

it("the gate stays closed for a change that judges everything pass, or everything inconclusive", () => {
  for (const verdict of ["pass", "inconclusive"] as const)
    expect(canaryGate([...good.slice(0, 2), negative("a", verdict), negative("b", verdict)], needs).open).toBe(false);
});

it("the gate blames the change for a canary node that passes only without it, and not for one that fails either way", () => {
  expect(canaryGate([...good, positive("n3", "pass", "inconclusive")], needs)).toMatchObject({
    open: false,
    blamed: expect.stringContaining("n3") as string,
  });
  expect(canaryGate([...good, positive("n3", "fail", "fail")], needs)).toMatchObject({ open: true });
});

it("the gate counts a canary node once, and only where the active settings pass it", () => {
  expect(
    canaryGate([positive("n1", "pass", "pass"), positive("n1", "pass", "pass"), ...good.slice(2)], needs).missing,
  ).toEqual(["1 of 2 canary nodes have passed under it"]);
  expect(canaryGate([], needs).missing).toHaveLength(3);
});
