import { describe, expect, it } from "vitest";
import { answer, cpu, failing, gpu, judge, test, v4, warning } from "../test/rows.ts";

describe("dcdiag by its rules: rows", () => {
  it("D5 exactly the tests named are required, whatever their case", () => {
    const document = v4(
      test("Memory"),
      test("pcie", [gpu(0, { status: "Skip" }), gpu(1)]),
      test("cpu_eud", [cpu(0, "Skip")]),
    );
    expect(answer(judge(document, ["MEMORY"]))).toEqual(["pass"]);
    expect(answer(judge(document, ["memory", "Memory"]))).toEqual(["pass"]);
    expect(answer(judge(document, ["memory", "pcie"]))).toEqual(["inconclusive", "test-skipped unknown gpu 0"]);
    expect(answer(judge(v4(test("memory"), test("pcie", [gpu(0), failing()])), ["memory"]))).toEqual([
      "fail",
      "test-failed unknown gpu 1",
    ]);
    expect(answer(judge(v4(test("memory"), test("pcie", [gpu(0), failing(undefined, "Warn")])), ["memory"]))).toEqual([
      "fail",
      "test-warned unknown gpu 1",
    ]);
  });

  it("D5 a test that is named and absent, or has no row, proves nothing of any GPU", () => {
    const { verdict, findings } = judge(v4(test("pcie"), test("memory", [])), ["pcie", "software", "memory"]);
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      {
        code: "gpu-not-tested",
        cause: "unknown",
        scope: { kind: "gpu", id: "0" },
        message: "GPU 0 has no result in memory, software.",
        expected: "Pass",
        observed: "no result",
        evidence: [],
      },
      { code: "gpu-not-tested", scope: { kind: "gpu", id: "1" } },
      {
        code: "test-absent",
        cause: "configuration",
        scope: { kind: "node", id: "node-1" },
        message: "The document has no result of memory, software.",
        expected: "memory, software",
        observed: "pcie",
        evidence: [],
      },
    ]);
    expect(answer(judge(v4({ name: "memory" }), ["memory"], 1))).toEqual([
      "inconclusive",
      "gpu-not-tested unknown gpu 0",
      "test-absent configuration node node-1",
    ]);
  });

  it.each(["Skip", "SKIP", "Not Run", "not run"])(
    "D5 with no test named every test is required, and %s is inconclusive",
    (status) => {
      const skipped = [gpu(0), gpu(1, { status, warnings: [warning(2), "ECC is off."] })];
      const { verdict, findings } = judge(v4(test("memory", skipped)), []);
      expect(verdict).toBe("inconclusive");
      expect(findings).toMatchObject([
        {
          code: "test-skipped",
          cause: "unknown",
          scope: { kind: "gpu", id: "1" },
          message: "The test memory on GPU 1 was not run. ECC is off. It broke.",
          expected: "Pass",
          observed: status,
          evidence: [{ probe: "dcgm-diag", path: "/DCGM Diagnostic/test_categories/0/tests/0/results/1/status" }],
        },
      ]);
      expect(answer(judge(v4(test("memory", skipped))))).toEqual(["inconclusive", "test-skipped unknown gpu 1"]);
    },
  );

  it("D5 a test of other entities alone is not required, but a Fail in it is the node's", () => {
    expect(answer(judge(v4(test("memory"), test("cpu_eud", [cpu(0, "Skip"), cpu(1, "Pass")]))))).toEqual(["pass"]);
    const { findings } = judge(
      v4(
        test("memory"),
        test("cpu_eud", [cpu(0, "Fail", { warnings: [warning(2)] }), { ...cpu(1, "Warn"), entity_id: undefined }]),
      ),
    );
    expect(findings).toMatchObject([
      {
        code: "test-failed",
        cause: "hardware",
        scope: { kind: "node", id: "node-1" },
        message: "The test cpu_eud on CPU 0 failed: It broke.",
      },
      {
        code: "test-warned",
        cause: "unknown",
        scope: { kind: "node", id: "node-1" },
        message: "The test cpu_eud on CPU warns and gives no reason.",
      },
    ]);
    expect(answer(judge(v4(test("memory"), test("cpu_eud", [cpu(0, "Fail")])), ["memory"]))).toEqual([
      "fail",
      "test-failed unknown node node-1",
    ]);
    for (const tests of [[], ["software"]])
      expect(answer(judge(v4(test("software", [gpu(0), gpu(1), cpu(0, "Skip")])), tests))).toEqual(["pass"]);
    expect(answer(judge(v4(test("cpu_eud", [cpu(0, "Pass")])), [], 1))).toEqual([
      "inconclusive",
      "gpu-not-tested unknown gpu 0",
      "test-absent configuration node node-1",
    ]);
  });
});
