import { describe, expect, it } from "vitest";
import { cpu, failing, gpu, judge, test, v4, warning } from "../test/rows.ts";

describe("dcdiag by its rules: rows", () => {
  it("D5 exactly the tests named are required, whatever their case", () => {
    const document = v4(
      test("Memory"),
      test("pcie", [gpu(0, { status: "Skip" }), gpu(1)]),
      test("cpu_eud", [cpu(0, "Skip")]),
    );
    expect(judge(document, ["MEMORY"]).said).toEqual(["pass"]);
    expect(judge(document, ["memory", "Memory"]).said).toEqual(["pass"]);
    expect(judge(document, ["memory", "pcie"]).said).toEqual([
      "inconclusive",
      "test-skipped inconclusive unknown gpu 0",
    ]);
    expect(judge(v4(test("memory"), test("pcie", [gpu(0), failing()])), ["memory"]).said).toEqual([
      "fail",
      "test-failed fail unknown gpu 1",
    ]);
    expect(judge(v4(test("memory"), test("pcie", [gpu(0), failing(undefined, "Warn")])), ["memory"]).said).toEqual([
      "fail",
      "test-warned fail unknown gpu 1",
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
    expect(judge(v4({ name: "memory" }), ["memory"], 1).said).toEqual([
      "inconclusive",
      "gpu-not-tested inconclusive unknown gpu 0",
      "test-absent inconclusive configuration node node-1",
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
      expect(judge(v4(test("memory", skipped))).said).toEqual([
        "inconclusive",
        "test-skipped inconclusive unknown gpu 1",
      ]);
    },
  );

  it("D5 a test of other entities alone is not required, but a Fail in it is the node's", () => {
    expect(judge(v4(test("memory"), test("cpu_eud", [cpu(0, "Skip"), cpu(1, "Pass")]))).said).toEqual(["pass"]);
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
    expect(judge(v4(test("memory"), test("cpu_eud", [cpu(0, "Fail")])), ["memory"]).said).toEqual([
      "fail",
      "test-failed fail unknown node node-1",
    ]);
    for (const tests of [[], ["software"]])
      expect(judge(v4(test("software", [gpu(0), gpu(1), cpu(0, "Skip")])), tests).said).toEqual(["pass"]);
    expect(judge(v4(test("cpu_eud", [cpu(0, "Pass")])), [], 1).said).toEqual([
      "inconclusive",
      "gpu-not-tested inconclusive unknown gpu 0",
      "test-absent inconclusive configuration node node-1",
    ]);
  });
});
