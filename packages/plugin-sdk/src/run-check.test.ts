import { GpuExpectations, type Finding } from "@slipway/domain";
import { describe, expect, it } from "vitest";
import { defineCheck, type CheckDefinition } from "./check.ts";
import { createEvidence } from "./evidence.ts";
import { probes } from "./probes/catalog.ts";
import { runCheck } from "./run-check.ts";

type Definition = CheckDefinition<{ gpus: typeof GpuExpectations }, "odd">;
const finding = (verdict: Finding["verdict"]): Finding & { code: "odd" } => ({
  code: "odd",
  verdict,
  cause: "unknown",
  scope: { kind: "node", id: "n" },
  message: "",
  evidence: [],
});

function check(change: Partial<Definition>) {
  return defineCheck<Definition["sections"], "odd">({
    id: "sample",
    version: "1.2.3",
    title: "A sample check",
    probes: [{ probe: probes.virt, why: "" }],
    sections: { gpus: GpuExpectations },
    needs: [],
    codes: { odd: { verdict: "fail", causes: ["unknown"], meaning: "", remedy: "" } },
    judge: (evidence) => (evidence.read("virt", { parse: () => true }).usable ? [] : [finding("inconclusive")]),
    ...change,
  });
}

const evidence = createEvidence({ name: "n" }, new Map([["virt", { record: { exitCode: 0 }, stdout: "none\n" }]]));
const verdictOf = (change: Partial<Definition>, expectations: object = {}): string =>
  runCheck(check(change), evidence, { ...expectations }).verdict;

describe("running one check", () => {
  it("G1 a fail is not hidden by what is missing, and what is missing is no pass", () => {
    expect(verdictOf({ judge: () => [finding("inconclusive"), finding("fail"), finding("pass")] })).toBe("fail");
    expect(verdictOf({ judge: () => [finding("pass"), finding("inconclusive")] })).toBe("inconclusive");
    expect(verdictOf({})).toBe("pass");
    expect(verdictOf({ needs: ["gpus.count"], judge: () => [finding("fail")] })).toBe("fail");
  });

  it("G1 not-applicable only when the check says so for the node, whatever expectation is missing or invalid", () => {
    const inapplicable = check({
      needs: ["gpus.count", "nvlink.links"],
      judge: () => [finding("fail")],
      notApplicable: ({ gpus }) => ((gpus as { count?: unknown } | undefined)?.count === 0 ? "no GPUs" : undefined),
    });
    for (const gpus of [{ count: 0 }, { count: 0, serials: [7] }, { count: 0, serials: null }])
      expect(runCheck(inapplicable, evidence, { gpus })).toEqual({
        check: "sample",
        version: "1.2.3",
        verdict: "not-applicable",
        reason: "no GPUs",
        findings: [],
      });
    for (const expectations of [{}, { gpus: { count: 1 } }, { gpus: null }])
      expect(runCheck(inapplicable, evidence, expectations).verdict).toBe("fail");
  });

  it("G11 a needed key that is absent or null is missing; a section that cannot be read is invalid", () => {
    const needs = { needs: ["gpus.count"] } as const;
    for (const expectations of [{}, { gpus: {} }, { gpus: null }, { gpus: { count: null } }]) {
      expect(runCheck(check(needs), evidence, expectations).findings).toMatchObject([
        {
          code: "expectation-missing",
          verdict: "inconclusive",
          expected: "gpus.count",
          scope: { kind: "node", id: "n" },
        },
      ]);
    }
    expect(runCheck(check(needs), evidence, { gpus: { count: "four" } }).findings).toMatchObject([
      { code: "expectation-invalid", expected: "gpus.count" },
    ]);
    expect(runCheck(check({}), evidence, { gpus: "all" }).findings).toMatchObject([
      { code: "expectation-invalid", expected: "gpus" },
    ]);
    expect(verdictOf(needs, { gpus: { count: 4, colour: "green" } })).toBe("pass");
    expect(
      verdictOf({ needs: (expected) => (expected.gpus?.count === 4 ? ["gpus.serials"] : []) }, { gpus: { count: 4 } }),
    ).toBe("inconclusive");
  });

  it("never takes silence for a pass when nothing was read", () => {
    expect(runCheck(check({ judge: () => [] }), evidence, {})).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-missing" }],
    });
  });

  it("reports a check that throws and does not trust it", () => {
    const crash = runCheck(
      check({
        judge: () => {
          throw new TypeError("oops");
        },
      }),
      evidence,
      {},
    );
    expect(crash).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "check-crashed", cause: "tool", message: expect.stringContaining("oops") as string }],
    });
  });
});
