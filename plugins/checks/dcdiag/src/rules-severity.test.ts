import { describe, expect, it } from "vitest";
import { failing, gpu, judge, test, v4, warning } from "../test/rows.ts";

const row = (warnings?: unknown, status?: string): readonly string[] =>
  judge(v4(test("memory", [gpu(0), failing(warnings, status)])), ["memory"]).said;

describe("dcdiag by its rules: rows", () => {
  it("D1 severity 5 is configuration, and each warning is a finding with the cause of its own severity", () => {
    expect(row([warning(5)])).toEqual(["fail", "test-failed fail configuration gpu 1"]);
    expect(row([warning("5")])).toEqual(["fail", "test-failed fail configuration gpu 1"]);
    expect(row([warning(5), warning(5, { error_id: 29 })])).toEqual([
      "fail",
      "test-failed fail configuration gpu 1",
      "test-failed fail configuration gpu 1",
    ]);
    const mixed = judge(
      v4(
        test("software", [gpu(0, { status: "Fail", warnings: [warning(5)] }), gpu(1)]),
        test("memory", [gpu(0), failing([warning(5), { ...warning(2), warning: "A double-bit error." }])]),
      ),
    );
    expect(mixed.said).toEqual([
      "fail",
      "test-failed fail configuration gpu 0",
      "test-failed fail hardware gpu 1",
      "test-failed fail configuration gpu 1",
    ]);
    expect(mixed.findings[1]).toMatchObject({
      message: "The test memory on GPU 1 failed: A double-bit error.",
      expected: "Pass",
      observed: "Fail, severity 2 (ISOLATE)",
      evidence: [{ probe: "dcgm-diag", path: "/DCGM Diagnostic/test_categories/0/tests/1/results/1/warnings/1" }],
    });
    expect(mixed.findings[1]).not.toHaveProperty("action");
  });

  it.each([
    ["no severity", [warning()]],
    ["a plain string", ["It broke."]],
    ["one string, as 2.x prints", "It broke."],
    ["no warning", undefined],
    ["null for warnings", null],
    ["an empty list", []],
    ["an empty string", " "],
    ["severity 0", [warning(0)]],
    ["severity 7", [warning(7)]],
    ["severity -1", [warning(-1)]],
    ["severity 2.5", [warning(2.5)]],
    ["severity as a text that is no number", [warning("CONFIG")]],
    ["severity in hexadecimal", [warning("0x5")]],
    ["severity null", [warning(null)]],
    ["severity 3 (D3)", [warning(3)]],
    ["severity and error as lists", [warning([5], { error_id: [29] })]],
  ])("D2 a failing row with %s is a fail of unknown cause", (_, warnings) => {
    expect(row(warnings)).toEqual(["fail", "test-failed fail unknown gpu 1"]);
  });

  it("D2 says where it stands and what was printed", () => {
    const [bare] = judge(v4(test("memory", [gpu(0), failing()]))).findings;
    expect(bare).toMatchObject({
      message: "The test memory on GPU 1 failed and gives no reason.",
      expected: "Pass",
      observed: "Fail",
      evidence: [{ path: "/DCGM Diagnostic/test_categories/0/tests/0/results/1/status" }],
    });
    const [text] = judge(v4(test("memory", [gpu(0), failing("It broke.")]))).findings;
    expect(text).toMatchObject({
      message: "The test memory on GPU 1 failed: It broke.",
      observed: "Fail",
      evidence: [{ path: "/DCGM Diagnostic/test_categories/0/tests/0/results/1/warnings" }],
    });
    const [odd] = judge(v4(test("memory", [gpu(0), failing([{ error_severity: 7 }])]))).findings;
    expect(odd).toMatchObject({
      message: "The test memory on GPU 1 failed: no reason given",
      observed: "Fail, severity 7",
    });
  });

  it.each([
    [1, "MONITOR"],
    [2, "ISOLATE"],
    [4, "TRIAGE"],
    [6, "RESET"],
  ])("D3 severity %i is hardware where the warning prints no error and no category", (severity, name) => {
    expect(row([warning(severity)])).toEqual(["fail", "test-failed fail hardware gpu 1"]);
    expect(row([warning(String(severity))])).toEqual(["fail", "test-failed fail hardware gpu 1"]);
    expect(judge(v4(test("memory", [gpu(0), failing([warning(severity)])]))).findings[0]?.observed).toBe(
      `Fail, severity ${String(severity)} (${name})`,
    );
  });

  it("D3 names the severities that are no fault of their own", () => {
    for (const [severity, name] of [
      [0, "NONE"],
      [3, "UNKNOWN"],
      [5, "CONFIG"],
    ] as const) {
      expect(
        judge(v4(test("memory", [gpu(0), failing([{ warning: "It broke.", error_severity: severity }])]))).findings[0]
          ?.observed,
      ).toBe(`Fail, severity ${String(severity)} (${name})`);
    }
  });

  it("D4 Warn is a fail to be watched, with the cause of its severity", () => {
    const { verdict, findings } = judge(v4(test("pcie", [gpu(0), failing([warning(1)], "Warn")])));
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      {
        code: "test-warned",
        verdict: "fail",
        cause: "hardware",
        action: "monitor",
        scope: { kind: "gpu", id: "1" },
        message: "The test pcie on GPU 1 warns: It broke.",
        observed: "Warn, severity 1 (MONITOR)",
      },
    ]);
    expect(row([warning(5)], "WARN")).toEqual(["fail", "test-warned fail configuration gpu 1"]);
    expect(row(undefined, "warn")).toEqual(["fail", "test-warned fail unknown gpu 1"]);
    expect(judge(v4(test("pcie", [gpu(0), failing(undefined, "Warn")]))).findings[0]).toMatchObject({
      action: "monitor",
      message: "The test pcie on GPU 1 warns and gives no reason.",
    });
  });
});
