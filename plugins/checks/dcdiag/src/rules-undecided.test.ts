import { describe, expect, it } from "vitest";
import * as mndiag from "../test/multi-node.ts";
import { cpu, failing, gpu, test, v4, warning } from "../test/rows.ts";
import { judge, type Json } from "../test/run.ts";

const expecting = (...tests: string[]): Json => ({ gpus: { count: 2 }, dcdiag: { level: 2, tests } });
const BUSY = { warning: "A process runs.", error_id: 25, error_severity: 6 };
const busy = (id = 1, status = "Fail"): unknown => gpu(id, { status, warnings: [BUSY] });
const DISTURBED = "run-disturbed inconclusive tool gpu 1";
const UNEXPLAINED = "exit-unexplained inconclusive tool node node-1";

describe("dcdiag by its rules: rows that prove no fault", () => {
  it.each([0, 226])("D9 where all Fail and Warn rows are inconclusive the check is, with exit code %i", (exitCode) => {
    for (const status of ["Fail", "Warn"]) {
      const { said } = judge(v4(test("pcie", [gpu(0), busy(1, status)])), { exitCode }, expecting("pcie"));
      expect(said).toEqual(["inconclusive", DISTURBED]);
    }
  });

  it("D9 another exit code beside them is inconclusive too, and beside a fault a fail", () => {
    const disturbed = judge(v4(test("pcie", [gpu(0), busy()])), { exitCode: 205 }, expecting("pcie"));
    expect(disturbed.said).toEqual(["inconclusive", DISTURBED, UNEXPLAINED]);
    expect(disturbed.findings[1]).toMatchObject({ expected: "0", observed: "205" });
    expect(disturbed.findings[1]).toMatchObject({
      message: "dcgmi ended with exit code 205.",
      evidence: [{ probe: "dcgm-diag" }],
    });
    const sketch = { exitCode: 205, stderr: "\nThe host engine was stopped.\n" };
    expect(judge(v4(test("pcie")), sketch, expecting("pcie")).findings).toMatchObject([
      {
        message: "dcgmi ended with exit code 205 (The host engine was stopped.).",
        evidence: [{ probe: "dcgm-diag", stream: "err", line: 2 }],
      },
    ]);
    const both = judge(v4(test("pcie", [failing(), busy(0)])), { exitCode: 205 }, expecting("pcie"));
    expect(both.said).toEqual([
      "fail",
      "run-disturbed inconclusive tool gpu 0",
      "test-failed fail unknown gpu 1",
      UNEXPLAINED,
    ]);
    expect(both.findings[2]).toMatchObject({ expected: "226", observed: "205" });
    expect(judge(v4(test("pcie", [failing(), busy(0)])), { exitCode: 226 }, expecting("pcie")).said).toEqual(
      both.said.slice(0, 3),
    );
  });

  it("D13 a row of another test that is inconclusive by D0 decides nothing, and explains no exit code 226", () => {
    const document = v4(test("memory"), test("pcie", [gpu(0), busy()]));
    expect(judge(document, {}, expecting("memory")).said).toEqual(["pass"]);
    const contradicted = judge(document, { exitCode: 226 }, expecting("memory"));
    expect(contradicted.said).toEqual(["inconclusive", UNEXPLAINED]);
    expect(contradicted.findings[0]?.message).toBe(
      "dcgmi says that a test failed, and what the rows that failed report is no fault.",
    );
    const alsoFails = v4(test("memory"), test("pcie", [failing([BUSY, warning(2)])]));
    expect(judge(alsoFails, { exitCode: 226 }, expecting("memory")).said).toEqual([
      "fail",
      "test-failed fail hardware gpu 1",
    ]);
    const ofCpus = v4(test("memory"), test("cpu_eud", [cpu(0, "Fail", { warnings: [{ ...BUSY, error_id: 90 }] })]));
    expect(judge(ofCpus, {}, expecting()).said).toEqual(["pass"]);
    expect(judge(ofCpus, {}, expecting("memory", "cpu_eud")).said).toContain(
      "run-disturbed inconclusive tool node node-1",
    );
  });

  it("D9 a disturbed row of another host explains no exit code 226, a fault of one does", () => {
    const { document, judge: judgeHosts, row } = mndiag;
    const other = (error_id: number): Json =>
      document([row(0, 0), row(0, 1), row(1, 0), row(1, 1, "Fail", { warnings: [{ ...BUSY, error_id }] })]);
    expect(judgeHosts(other(4), { exitCode: 226 }).said).toEqual(["pass"]);
    expect(judgeHosts(other(25), { exitCode: 226 }).said).toEqual([
      "inconclusive",
      "exit-unexplained inconclusive tool node t1",
    ]);
    const global = (error_id: number): Json =>
      document(mndiag.rows, { global_errors: [{ warning: "It ended.", error_id, host_id: 1 }] });
    expect(judgeHosts(global(120), { exitCode: 226 }).said).toEqual(["pass"]);
    expect(judgeHosts(global(26), { exitCode: 226 }).said).toEqual([
      "inconclusive",
      "exit-unexplained inconclusive tool node t1",
    ]);
  });
});

const CONTRADICTED = (kind: string, id: string): string => `pass-contradicted inconclusive unknown ${kind} ${id}`;
const passing = (warnings: unknown): unknown => gpu(1, { warnings });

describe("dcdiag by its rules: a pass that carries an error", () => {
  it.each([1, 2, 3, 4, 5, 6, "4"])("D13 a passing row with a warning of severity %j contradicts itself", (severity) => {
    const document = v4(test("memory", [gpu(0), passing([warning(severity, { error_id: 56 })])]));
    for (const tests of [[], ["memory"]])
      expect(judge(document, {}, expecting(...tests)).said).toEqual(["inconclusive", CONTRADICTED("gpu", "1")]);
    expect(judge(document).findings[0]).toMatchObject({
      message: "The test memory on GPU 1 passes and reports an error all the same: It broke.",
      expected: "Pass",
      evidence: [{ path: "/DCGM Diagnostic/test_categories/0/tests/0/results/1/warnings/0" }],
    });
  });

  it.each([
    ["plain text", ["It was not read."]],
    ["one text", "It was not read."],
    ["severity 0", [warning(0, { error_id: 56 })]],
    ["no severity", [warning(undefined, { error_id: 56, error_category: 10 })]],
    ["severity 7", [warning(7)]],
    ["severity 1.5", [warning(1.5)]],
    ["severity -1", [warning(-1)]],
    ["a severity that is no number", [warning("TRIAGE")]],
  ])("D13 a passing row with %s stays a pass", (_, warnings) => {
    expect(judge(v4(test("memory", [gpu(0), passing(warnings)]))).said).toEqual(["pass"]);
    expect(judge(v4({ ...test("memory"), warnings, test_summary: { status: "Pass", warnings } })).said).toEqual([
      "pass",
    ]);
  });

  it("D13 in a test that nobody asked for, and on a CPU, it decides nothing", () => {
    const pcie = { ...test("pcie", [gpu(0), passing([warning(2)])]), warnings: [warning(2)] };
    expect(judge(v4(test("memory"), pcie), {}, expecting("memory")).said).toEqual(["pass"]);
    const onCpu = test("memory", [gpu(0), gpu(1), cpu(0, "Pass", { warnings: [warning(2)] })]);
    expect(judge(v4(onCpu)).said).toEqual(["pass"]);
  });

  it("D13 is of every GPU of the row, or of the node where the row names none", () => {
    const legacy = (category: string, name: string, row: Json): unknown => ({
      "DCGM GPU Diagnostic": { test_categories: [{ category, tests: [{ name, results: [row] }] }] },
    });
    const grouped = legacy("Hardware", "memory", { gpu_ids: "0,1", status: "Pass", warnings: [warning(4)] });
    expect(judge(grouped).said).toEqual(["inconclusive", CONTRADICTED("gpu", "0"), CONTRADICTED("gpu", "1")]);
    const ofNode = legacy("Deployment", "Denylist", { status: "Pass", warnings: [warning(4)] });
    expect(judge(ofNode, {}, expecting("denylist")).said).toEqual(["inconclusive", CONTRADICTED("node", "node-1")]);
  });

  it("D13 a required test whose own warning or summary carries an error contradicts itself", () => {
    const own = { ...test("memory"), warnings: [warning(4, { error_id: 56 })] };
    const summary = { ...test("memory"), test_summary: { status: "Pass", warnings: [warning(4, { error_id: 56 })] } };
    for (const [document, place] of [
      [own, "warnings"],
      [summary, "test_summary/warnings"],
    ] as const) {
      const { said, findings } = judge(v4(document));
      expect(said).toEqual(["inconclusive", CONTRADICTED("node", "node-1")]);
      expect(findings[0]).toMatchObject({
        message: "The test memory has no row that fails and reports an error all the same: It broke.",
        observed: "Pass, severity 4 (TRIAGE), error 56 (MEMORY_ALLOC)",
        evidence: [{ path: `/DCGM Diagnostic/test_categories/0/tests/0/${place}/0` }],
      });
    }
    for (const test_summary of [null, "Pass", [warning(4)], { status: "Fail" }])
      expect(judge(v4({ ...test("memory"), test_summary })).said).toEqual(["pass"]);
    expect(judge(v4({ ...test("memory"), warnings: [7] })).said).toEqual([
      "inconclusive",
      "evidence-unusable inconclusive tool node node-1",
    ]);
  });

  it("D13 the warning of a test or summary is explained by a row that fails", () => {
    const summary = { test_summary: { status: "Fail", warnings: [warning(4)] } };
    expect(judge(v4({ ...test("memory", [gpu(0), failing()]), ...summary })).said).toEqual([
      "fail",
      "test-failed fail unknown gpu 1",
    ]);
    expect(judge(v4({ ...test("memory", [gpu(0), busy()]), ...summary })).said).toEqual(["inconclusive", DISTURBED]);
    const { document, judge: judgeHosts, row } = mndiag;
    const hosts = (error_id: number): Json =>
      document(
        [row(0, 0), row(0, 1), row(1, 0), row(1, 1, "Fail", { warnings: [{ ...BUSY, error_id }] })],
        {},
        { test_summary: { status: "Fail", warnings: [warning(4)] } },
      );
    expect(judgeHosts(hosts(4)).said).toEqual(["pass"]);
    expect(judgeHosts(hosts(25)).said).toEqual(["inconclusive", CONTRADICTED("node", "t1")]);
  });
});
