import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FindingVerdict, Verdict, verdictOfFindings, verdictOfParts } from "./verdict.ts";

const findings = fc.array(fc.constantFrom(...FindingVerdict.options));
const parts = fc.array(fc.constantFrom(...Verdict.options));

describe("joining verdicts", () => {
  it("G1 a fail is never hidden, and what is missing is never a pass", () => {
    fc.assert(
      fc.property(findings, (verdicts) => {
        const joined = verdictOfFindings(verdicts);
        if (verdicts.includes("fail")) expect(joined).toBe("fail");
        else expect(joined).toBe(verdicts.includes("inconclusive") ? "inconclusive" : "pass");
      }),
    );
  });

  it("G2 parts that do not apply do not count, and when none applies nothing was judged", () => {
    fc.assert(
      fc.property(parts, (verdicts) => {
        const judged = verdicts.filter((verdict) => verdict !== "not-applicable");
        expect(verdictOfParts(verdicts)).toBe(judged.length === 0 ? "inconclusive" : verdictOfFindings(judged));
      }),
    );
    expect(verdictOfParts([])).toBe("inconclusive");
    expect(verdictOfParts(["not-applicable"])).toBe("inconclusive");
    expect(verdictOfParts(["not-applicable", "pass"])).toBe("pass");
  });

  it("the order of parts does not matter", () => {
    fc.assert(fc.property(parts, (verdicts) => verdictOfParts(verdicts) === verdictOfParts(verdicts.toReversed())));
  });
});
