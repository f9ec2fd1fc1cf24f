import { describe, expect, it } from "vitest";
import { cpu, failing, gpu, judge, test, v4, warning } from "../test/rows.ts";

function legacy(category: string, ...tests: unknown[]): unknown {
  return { "DCGM GPU Diagnostic": { test_categories: [{ category, tests }] } };
}

describe("dcdiag by its rules: rows", () => {
  it("D6 every GPU needs a row in every required test; GPUs are counted, not rows", () => {
    expect(judge(v4(test("memory"), test("pcie", [gpu(0), gpu(0)]))).said).toEqual([
      "inconclusive",
      "gpu-not-tested inconclusive unknown gpu 1",
    ]);
    expect(judge(v4(test("memory")), ["memory"], 3).said).toEqual([
      "inconclusive",
      "gpu-not-tested inconclusive unknown gpu 2",
    ]);
    expect(judge(v4(test("memory", [gpu(0), gpu(1), gpu(2)])), ["memory"], 2).said).toEqual(["pass"]);
    expect(judge(v4(test("memory", [cpu(0, "Pass"), gpu(1)]))).said).toEqual([
      "inconclusive",
      "gpu-not-tested inconclusive unknown gpu 0",
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
    expect(judge(v4(), [], 0).said).toEqual(["inconclusive", "test-absent inconclusive configuration node node-1"]);
  });

  it("D6 with several rows for one GPU the worst counts, also over two places of one test", () => {
    expect(judge(v4(test("memory", [gpu(0), gpu(1), failing()]))).said).toEqual([
      "fail",
      "test-failed fail unknown gpu 1",
    ]);
    expect(judge(v4(test("memory", [gpu(0), gpu(1), gpu(1, { status: "Skip" })]))).said).toEqual([
      "inconclusive",
      "test-skipped inconclusive unknown gpu 1",
    ]);
    expect(judge(v4(test("memory", [gpu(0)]), test("MEMORY", [gpu(1)])), ["memory"]).said).toEqual(["pass"]);
    expect(judge(v4(test("memory"), test("Memory", [failing()])), ["memory"]).said).toEqual([
      "fail",
      "test-failed fail unknown gpu 1",
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
    expect(judge(legacy("Hardware", test("memory", rows))).said).toEqual(["pass"]);
    const skipped = rows.map((one) => ({ ...one, status: "SKIP" }));
    expect(judge(legacy("Hardware", test("memory", skipped))).said).toEqual([
      "inconclusive",
      "test-skipped inconclusive unknown gpu 0",
      "test-skipped inconclusive unknown gpu 1",
    ]);
  });

  it("D6 ids of more than one digit, and ids below 0", () => {
    expect(
      judge(legacy("Hardware", test("memory", [{ gpu_ids: "9,10", status: "Fail" }])), ["memory"], 0).said,
    ).toEqual(["fail", "test-failed fail unknown gpu 9", "test-failed fail unknown gpu 10"]);
    expect(judge(v4(test("memory", [gpu(-1, { status: "Fail" })])), ["memory"], 0).said).toEqual([
      "fail",
      "test-failed fail unknown node node-1",
    ]);
  });

  it("D6 gpu_id of 3.x", () => {
    expect(
      judge(
        legacy(
          "Hardware",
          test("Diagnostic", [
            { gpu_id: "0", status: "Pass" },
            { gpu_id: "1", status: "Pass", info: ["x"] },
          ]),
        ),
      ).said,
    ).toEqual(["pass"]);
    expect(
      judge(
        legacy(
          "Hardware",
          test("Diagnostic", [
            { gpu_id: "0", status: "Pass" },
            { gpu_id: "1", status: "Fail", warnings: "It broke.", info: "x" },
          ]),
        ),
      ).said,
    ).toEqual(["fail", "test-failed fail unknown gpu 1"]);
  });

  it("D6 a deployment test of 2.x or 3.x that prints no GPU id is of the whole node", () => {
    expect(judge(legacy("Deployment", test("Denylist", [{ status: "Pass" }]))).said).toEqual(["pass"]);
    expect(judge(legacy("deployment", test("Denylist", [{ status: "Pass" }])), ["denylist"]).said).toEqual(["pass"]);
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
        expect(judge(legacy(category, test("memory", [readable, { gpu_ids, status: "Pass" }]))).said).toEqual([
          "inconclusive",
          "gpu-not-tested inconclusive unknown gpu 1",
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
      judge(
        v4(
          test("memory", [
            { entity_id: 0, status: "Pass" },
            { entity_group: null, entity_id: "1", status: "Pass" },
          ]),
        ),
      ).said,
    ).toEqual(["pass"]);
    expect(judge(v4(test("memory", [{ ...gpu(0), entity_group: "gpu" }, gpu(1)]))).said).toEqual(["pass"]);
    expect(judge(v4(test("memory", [{ ...gpu(0), entity_group: 1 }, gpu(1)]))).said).toEqual([
      "inconclusive",
      "gpu-not-tested inconclusive unknown gpu 0",
    ]);
    expect(judge(v4({ ...test("memory"), status: "Fail", test_summary: { status: "Fail" } })).said).toEqual(["pass"]);
    expect(judge(v4({ ...test("memory", [gpu(0), failing()]), test_summary: { status: "Pass" } })).said).toEqual([
      "fail",
      "test-failed fail unknown gpu 1",
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
    expect(judge(v4(test("memory"), test("cpu_eud", [cpu(0, status as string)]))).said).toEqual([
      "inconclusive",
      "status-unknown inconclusive tool node node-1",
    ]);
  });

  it("G5 fields, sections and passing tests that nobody knows change nothing", () => {
    const document = {
      "DCGM Diagnostic": {
        test_categories: [
          {
            category: "New",
            tests: [
              { ...test("memory", [gpu(0, { score: 3 }), gpu(1, { info: 7, warnings: [warning(0)] })]), extra: [1] },
            ],
          },
        ],
        aux_data: "x",
      },
      "Overall Result": "Fail",
      metadata: [],
    };
    expect(judge(document, ["memory"]).said).toEqual(["pass"]);
  });

  it("G1 a proven fault is not hidden by a missing part", () => {
    expect(judge(v4(test("memory", [failing()])), ["memory"], 1).said).toEqual([
      "fail",
      "gpu-not-tested inconclusive unknown gpu 0",
      "test-failed fail unknown gpu 1",
    ]);
  });

  it("orders findings by part: GPUs by number, then the node", () => {
    const rows = [10, 9, 2].map((id) => gpu(id, { status: "Fail" }));
    const ids = judge(v4(test("memory", rows)), ["memory"], 0).findings.map(({ scope }) => scope.id);
    expect(ids).toEqual(["2", "9", "10"]);
  });
});
