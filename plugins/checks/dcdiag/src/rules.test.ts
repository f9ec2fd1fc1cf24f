import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

// Rules of the rows: D1-D6, G5, G8. Documents are of two GPUs.

type Row = Record<string, unknown>;

const gpu = (id: number, rest: Row = {}): Row => ({
  entity_group: "GPU",
  entity_group_id: 1,
  entity_id: id,
  status: "Pass",
  ...rest,
});
const cpu = (id: number, status: string, rest: Row = {}): Row => ({
  entity_group: "CPU",
  entity_group_id: 7,
  entity_id: id,
  status,
  ...rest,
});
const test = (name: string, results: unknown = [gpu(0), gpu(1)]): Row => ({
  name,
  results,
  test_summary: { status: "Pass" },
});
const failing = (warnings?: unknown, status = "Fail"): Row =>
  gpu(1, { status, ...(warnings === undefined ? {} : { warnings }) });
const warning = (severity?: unknown, id: unknown = 4): Row => ({
  warning: "It broke.",
  error_id: id,
  ...(severity === undefined ? {} : { error_severity: severity }),
});

function v4(...tests: unknown[]): unknown {
  return { "DCGM Diagnostic": { test_categories: [{ category: "Hardware", tests }] } };
}

function legacy(category: string, ...tests: unknown[]): unknown {
  return { "DCGM GPU Diagnostic": { test_categories: [{ category, tests }] } };
}

function judge(document: unknown, tests?: readonly string[], count = 2): CheckJudgement {
  const probes = { "dcgm-diag": { stdout: JSON.stringify(document), argv: ["dcgmi", "diag", "-r", "2", "-j"] } };
  return runCheck(check, evidenceOf({ probes }), {
    gpus: { count },
    dcdiag: { level: 2, ...(tests === undefined ? {} : { tests }) },
  });
}

/** Verdict, then each finding as `code cause scope`. */
function answer({ verdict, findings }: CheckJudgement): string[] {
  return [verdict, ...findings.map(({ code, cause, scope }) => `${code} ${cause} ${scope.kind} ${scope.id}`)];
}

const row = (warnings?: unknown, status?: string): string[] =>
  answer(judge(v4(test("memory", [gpu(0), failing(warnings, status)])), ["memory"]));

describe("dcdiag by its rules: rows", () => {
  it("D1 severity 5 is configuration, and each warning is a finding with the cause of its own severity", () => {
    expect(row([warning(5)])).toEqual(["fail", "test-failed configuration gpu 1"]);
    expect(row([warning(5), warning(5, 29)])).toEqual([
      "fail",
      "test-failed configuration gpu 1",
      "test-failed configuration gpu 1",
    ]);
    const mixed = judge(
      v4(
        test("software", [gpu(0, { status: "Fail", warnings: [warning(5)] }), gpu(1)]),
        test("memory", [gpu(0), failing([warning(5), { ...warning(2), warning: "A double-bit error." }])]),
      ),
    );
    expect(answer(mixed)).toEqual([
      "fail",
      "test-failed configuration gpu 0",
      "test-failed hardware gpu 1",
      "test-failed configuration gpu 1",
    ]);
    expect(mixed.findings[1]).toMatchObject({
      message: "The test memory on GPU 1 failed: A double-bit error.",
      expected: "Pass",
      observed: "Fail, severity 2 (ISOLATE), error 4",
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
    ["severity as text", [warning("5")]],
    ["severity null", [warning(null)]],
    ["severity 3 (D3)", [warning(3)]],
    ["severity 3 of a fabric error", [warning(3, 14)]],
  ])("D2 a failing row with %s is a fail of unknown cause", (_, warnings) => {
    expect(row(warnings)).toEqual(["fail", "test-failed unknown gpu 1"]);
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
  ])("D3 severity %i is hardware, and of a fabric error fabric", (severity, name) => {
    expect(row([warning(severity)])).toEqual(["fail", "test-failed hardware gpu 1"]);
    expect(row([warning(severity, "14")])).toEqual(["fail", "test-failed hardware gpu 1"]);
    for (const id of [13, 14, 15, 16, 17, 99, 108, 112, 119, 121, 123])
      expect(row([warning(severity, id)])).toEqual(["fail", "test-failed fabric gpu 1"]);
    for (const id of [12, 18, 98, 120, 122, 124])
      expect(row([warning(severity, id)])).toEqual(["fail", "test-failed hardware gpu 1"]);
    expect(judge(v4(test("memory", [gpu(0), failing([warning(severity, 120)])]))).findings[0]?.observed).toBe(
      `Fail, severity ${String(severity)} (${name}), error 120`,
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
        observed: "Warn, severity 1 (MONITOR), error 4",
      },
    ]);
    expect(row([warning(5)], "WARN")).toEqual(["fail", "test-warned configuration gpu 1"]);
    expect(row(undefined, "warn")).toEqual(["fail", "test-warned unknown gpu 1"]);
    expect(judge(v4(test("pcie", [gpu(0), failing(undefined, "Warn")]))).findings[0]).toMatchObject({
      action: "monitor",
      message: "The test pcie on GPU 1 warns and gives no reason.",
    });
  });

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

  it("D6 every GPU needs a row in every required test; GPUs are counted, not rows", () => {
    expect(answer(judge(v4(test("memory"), test("pcie", [gpu(0), gpu(0)]))))).toEqual([
      "inconclusive",
      "gpu-not-tested unknown gpu 1",
    ]);
    expect(answer(judge(v4(test("memory")), ["memory"], 3))).toEqual(["inconclusive", "gpu-not-tested unknown gpu 2"]);
    expect(answer(judge(v4(test("memory", [gpu(0), gpu(1), gpu(2)])), ["memory"], 2))).toEqual(["pass"]);
    expect(answer(judge(v4(test("memory", [cpu(0, "Pass"), gpu(1)]))))).toEqual([
      "inconclusive",
      "gpu-not-tested unknown gpu 0",
    ]);
    const none = judge(v4(), [], 1);
    expect(none.findings).toMatchObject([
      { message: "GPU 0 has no result in any test." },
      {
        code: "test-absent",
        message: "The document has no result of any test of GPUs.",
        expected: "a test of GPUs",
        observed: "no test",
      },
    ]);
    expect(answer(judge(v4(), [], 0))).toEqual(["inconclusive", "test-absent configuration node node-1"]);
  });

  it("D6 with several rows for one GPU the worst counts, also over two places of one test", () => {
    expect(answer(judge(v4(test("memory", [gpu(0), gpu(1), failing()]))))).toEqual([
      "fail",
      "test-failed unknown gpu 1",
    ]);
    expect(answer(judge(v4(test("memory", [gpu(0), gpu(1), gpu(1, { status: "Skip" })]))))).toEqual([
      "inconclusive",
      "test-skipped unknown gpu 1",
    ]);
    expect(answer(judge(v4(test("memory", [gpu(0)]), test("MEMORY", [gpu(1)])), ["memory"]))).toEqual(["pass"]);
    expect(answer(judge(v4(test("memory"), test("Memory", [failing()])), ["memory"]))).toEqual([
      "fail",
      "test-failed unknown gpu 1",
    ]);
  });

  it.each([
    ["one text", ["0,1"]],
    ["a text with blanks", ["0, 1"]],
    ["a list of numbers", [[0, 1]]],
    ["a list of texts", [["0", "1"]]],
    ["a row each", ["0", "1"]],
    ["a number each", [0, 1]],
    ["the same GPU twice", ["0,1,1"]],
  ])("D6 gpu_ids: %s", (_, ids) => {
    const rows = ids.map((gpu_ids) => ({ gpu_ids, status: "PASS" }));
    expect(answer(judge(legacy("Hardware", test("memory", rows))))).toEqual(["pass"]);
    const skipped = rows.map((one) => ({ ...one, status: "SKIP" }));
    expect(answer(judge(legacy("Hardware", test("memory", skipped))))).toEqual([
      "inconclusive",
      "test-skipped unknown gpu 0",
      "test-skipped unknown gpu 1",
    ]);
  });

  it("D6 ids of more than one digit, and ids below 0", () => {
    expect(
      answer(judge(legacy("Hardware", test("memory", [{ gpu_ids: "9,10", status: "Fail" }])), ["memory"], 0)),
    ).toEqual(["fail", "test-failed unknown gpu 9", "test-failed unknown gpu 10"]);
    expect(answer(judge(v4(test("memory", [gpu(-1, { status: "Fail" })])), ["memory"], 0))).toEqual([
      "fail",
      "test-failed unknown node node-1",
    ]);
  });

  it("D6 gpu_id of 3.x", () => {
    expect(
      answer(
        judge(
          legacy(
            "Hardware",
            test("Diagnostic", [
              { gpu_id: "0", status: "Pass" },
              { gpu_id: "1", status: "Pass", info: ["x"] },
            ]),
          ),
        ),
      ),
    ).toEqual(["pass"]);
    expect(
      answer(
        judge(
          legacy(
            "Hardware",
            test("Diagnostic", [
              { gpu_id: "0", status: "Pass" },
              { gpu_id: "1", status: "Fail", warnings: "It broke.", info: "x" },
            ]),
          ),
        ),
      ),
    ).toEqual(["fail", "test-failed unknown gpu 1"]);
  });

  it("D6 a deployment test of 2.x or 3.x that prints no GPU id is of the whole node", () => {
    expect(answer(judge(legacy("Deployment", test("Denylist", [{ status: "Pass" }]))))).toEqual(["pass"]);
    expect(answer(judge(legacy("deployment", test("Denylist", [{ status: "Pass" }])), ["denylist"]))).toEqual(["pass"]);
    const { findings } = judge(
      legacy(
        "Deployment",
        test("Inforom", [{ status: "Skip" }]),
        test("Denylist", [{ status: "Fail", warnings: [warning(5)] }]),
      ),
    );
    expect(findings).toMatchObject([
      {
        code: "test-failed",
        cause: "configuration",
        scope: { kind: "node", id: "node-1" },
        message: "The test Denylist on the node failed: It broke.",
      },
      {
        code: "test-skipped",
        scope: { kind: "node", id: "node-1" },
        message: "The test Inforom on the node was not run.",
      },
    ]);
    for (const document of [
      legacy("Hardware", test("Denylist", [{ status: "Pass" }])),
      legacy("Deployment", test("Denylist", [{ gpu_id: "0", status: "Pass" }, { status: "Pass" }])),
      {
        "DCGM Diagnostic": {
          test_categories: [{ category: "Deployment", tests: [test("software", [{ status: "Pass" }])] }],
        },
      },
    ]) {
      expect(judge(document).findings.map(({ code, scope }) => `${code} ${scope.id}`)).toContain("gpu-not-tested 1");
    }
  });

  it.each(["x", "", "1,x", "0;1", "1-3", "-1", 0.5, {}, true, []])(
    "D6 a GPU id that cannot be read (%j) covers no GPU",
    (gpu_ids) => {
      const readable = { gpu_ids: "0", status: "Pass" };
      for (const category of ["Hardware", "Deployment"])
        expect(answer(judge(legacy(category, test("memory", [readable, { gpu_ids, status: "Pass" }]))))).toEqual([
          "inconclusive",
          "gpu-not-tested unknown gpu 1",
        ]);
      const { findings } = judge(legacy("Hardware", test("memory", [readable, { gpu_ids, status: "Fail" }])));
      expect(findings).toContainEqual(
        expect.objectContaining({
          code: "test-failed",
          scope: { kind: "node", id: "node-1" },
          message: "The test memory on a GPU that the row does not tell failed and gives no reason.",
        }),
      );
    },
  );

  it("D6 a row without entity_group is a GPU, and rows are judged, never summaries", () => {
    expect(
      answer(
        judge(
          v4(
            test("memory", [
              { entity_id: 0, status: "Pass" },
              { entity_group: null, entity_id: "1", status: "Pass" },
            ]),
          ),
        ),
      ),
    ).toEqual(["pass"]);
    expect(answer(judge(v4(test("memory", [{ ...gpu(0), entity_group: "gpu" }, gpu(1)]))))).toEqual(["pass"]);
    expect(answer(judge(v4(test("memory", [{ ...gpu(0), entity_group: 1 }, gpu(1)]))))).toEqual([
      "inconclusive",
      "gpu-not-tested unknown gpu 0",
    ]);
    expect(answer(judge(v4({ ...test("memory"), status: "Fail", test_summary: { status: "Fail" } })))).toEqual([
      "pass",
    ]);
    expect(answer(judge(v4({ ...test("memory", [gpu(0), failing()]), test_summary: { status: "Pass" } })))).toEqual([
      "fail",
      "test-failed unknown gpu 1",
    ]);
  });

  it.each([
    ["Indeterminate", "Indeterminate"],
    [" Pass", " Pass"],
    ["Passed", "Passed"],
    ["", ""],
    ["constructor", "constructor"],
    [1, "no status"],
    [null, "no status"],
    [["Pass"], "no status"],
    [undefined, "no status"],
  ])("G5 the status %j is inconclusive for its GPU, required or not", (status, observed) => {
    const document = v4(test("memory"), test("pcie", [gpu(0), { ...gpu(1), status, outcome: "Pass" }]));
    for (const tests of [[], ["memory"]]) {
      const { verdict, findings } = judge(document, tests);
      expect(verdict).toBe("inconclusive");
      expect(findings).toMatchObject([
        {
          code: "status-unknown",
          cause: "tool",
          scope: { kind: "gpu", id: "1" },
          message: "The test pcie on GPU 1 has no status that is known.",
          expected: "Pass",
          observed,
        },
      ]);
      expect(findings[0]?.evidence).toEqual([
        {
          probe: "dcgm-diag",
          path: `/DCGM Diagnostic/test_categories/0/tests/1/results/1${observed === "no status" ? "" : "/status"}`,
        },
      ]);
    }
    expect(answer(judge(v4(test("memory"), test("cpu_eud", [cpu(0, status as string)]))))).toEqual([
      "inconclusive",
      "status-unknown tool node node-1",
    ]);
  });

  it("G5 fields, sections and passing tests that nobody knows change nothing", () => {
    const document = {
      "DCGM Diagnostic": {
        test_categories: [
          {
            category: "New",
            tests: [
              { ...test("memory", [gpu(0, { score: 3 }), gpu(1, { info: 7, warnings: [warning(2)] })]), extra: [1] },
            ],
          },
        ],
        aux_data: "x",
      },
      "Overall Result": "Fail",
      metadata: [],
    };
    expect(answer(judge(document, ["memory"]))).toEqual(["pass"]);
  });

  it("G1 a proven fault is not hidden by a missing part", () => {
    expect(answer(judge(v4(test("memory", [failing()])), ["memory"], 1))).toEqual([
      "fail",
      "gpu-not-tested unknown gpu 0",
      "test-failed unknown gpu 1",
    ]);
  });

  it("orders findings by part: GPUs by number, then the node", () => {
    const rows = [10, 9, 2].map((id) => gpu(id, { status: "Fail" }));
    const ids = judge(v4(test("memory", rows)), ["memory"], 0).findings.map(({ scope }) => scope.id);
    expect(ids).toEqual(["2", "9", "10"]);
  });
});
