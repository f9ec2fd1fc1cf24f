import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatsInputError } from "./input-error.ts";
import { sprt, type SprtDesign } from "./sprt.ts";

const design = (beta: number): SprtDesign => ({ p0: 0.01, p1: 0.3, alpha: 0.05, beta });

describe("sprt (A16, I5)", () => {
  it.each([
    [0.02, 12],
    [0.05, 9],
    [0.01, 14],
  ])("with beta %d needs %d passes in a row (statistics.md 0, fact 9)", (beta, passes) => {
    expect(sprt(design(beta), "").passes_in_a_row_to_admit).toBe(passes);
    expect(sprt(design(beta), "P".repeat(passes))).toMatchObject({ decision: "admit", at_run: passes });
    expect(sprt(design(beta), "P".repeat(passes - 1))).toMatchObject({ decision: "continue", at_run: null });
  });

  it("needs 26 passes against a node that fails 15 % of its runs", () => {
    expect(sprt({ ...design(0.02), p1: 0.15 }, "").passes_in_a_row_to_admit).toBe(26);
  });

  it("gives the figures of a case worked by hand", () => {
    const answer = sprt(design(0.05), "PPF");
    expect(answer.llr_pass).toBeCloseTo(Math.log(0.7 / 0.99), 12);
    expect(answer.llr_fail).toBeCloseTo(Math.log(30), 12);
    expect(answer.admit_boundary).toBeCloseTo(-2.944438979, 9);
    expect(answer.refuse_boundary).toBeCloseTo(2.944438979, 9);
    expect(answer.log_lr).toBeCloseTo(2 * Math.log(0.7 / 0.99) + Math.log(30), 12);
    expect(answer).toMatchObject({ decision: "continue", at_run: null });
  });

  it("refuses at the first crossing and ignores what follows", () => {
    const answer = sprt(design(0.02), "PFPPPPPPPPPPPPPPPPPPP");
    expect(answer).toMatchObject({ decision: "refuse", at_run: 2 });
    expect(answer.log_lr).toBeCloseTo(Math.log(0.7 / 0.99) + Math.log(30), 12);
  });

  it("takes a boundary that is hit exactly, whatever double precision makes of it", () => {
    // (1-p1)/(1-p0) = 1/2 and beta/(1-alpha) = 1/4, p1/p0 = 5.5
    const exact = { p0: 0.1, p1: 0.55, alpha: 0.2, beta: 0.2 };
    expect(sprt(exact, "PPP")).toMatchObject({ decision: "admit", at_run: 2, passes_in_a_row_to_admit: 2 });
    // p1/p0 = 4 = (1-beta)/alpha
    expect(sprt({ p0: 0.1, p1: 0.4, alpha: 0.2, beta: 0.2 }, "F")).toMatchObject({ decision: "refuse", at_run: 1 });
  });

  it("is at 0 before any run", () => {
    expect(sprt(design(0.02), "")).toMatchObject({ decision: "continue", at_run: null, log_lr: 0 });
  });

  it("does not answer what is no design or no result", () => {
    for (const wrong of [{ p0: 0 }, { p1: 0.01 }, { p1: 1 }, { alpha: 0 }, { beta: 0.96 }, { p0: Number.NaN }])
      expect(() => sprt({ ...design(0.02), ...wrong }, "P")).toThrow(StatsInputError);
    expect(() => sprt(design(0.02), "PPI")).toThrow(/result 3 is "I"/);
  });

  it("never changes a decision by later runs", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("P", "F"), { maxLength: 40 }), fc.constantFrom("P", "F"), (runs, next) => {
        const before = sprt(design(0.02), runs.join(""));
        if (before.decision === "continue") return;
        expect(sprt(design(0.02), [...runs, next].join(""))).toEqual(before);
      }),
    );
  });
});
