import { answer } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { categories, failed, gpu, judge, v4 } from "../test/run.ts";
import check from "./index.ts";

describe("dcdiag by its rules: the run", () => {
  it.each([
    ["4.x", v4()],
    [
      "2.x and 3.x",
      {
        "DCGM GPU Diagnostic": {
          test_categories: [
            {
              category: "Hardware",
              tests: [
                {
                  name: "memory",
                  results: [
                    { gpu_id: "0", status: "Pass" },
                    { gpu_id: "1", status: "Pass" },
                  ],
                },
              ],
            },
          ],
        },
        version: "3.3.9",
      },
    ],
    [
      "a list of categories",
      {
        "DCGM GPU Diagnostic": [
          { category: "Hardware", tests: [{ name: "memory", results: [{ gpu_ids: "0,1", status: "PASS" }] }] },
        ],
      },
    ],
  ])("D11 knows %s by its root key", (_, document) => {
    expect(judge(document).said).toEqual(["pass"]);
  });

  it("D11 points into a list of categories", () => {
    const { findings } = judge({
      "DCGM GPU Diagnostic": [
        { category: "Hardware", tests: [{ name: "memory", results: [{ gpu_ids: "0,1", status: "SKIP" }] }] },
      ],
    });
    expect(findings).toMatchObject([
      { evidence: [{ path: "/DCGM GPU Diagnostic/0/tests/0/results/0/status" }] },
      { scope: { id: "1" } },
    ]);
  });

  it("D11 a runtime_error is inconclusive, wherever it stands, and hides no fail", () => {
    for (const [document, path] of [
      [{ "DCGM Diagnostic": { runtime_error: "Busy." } }, "/DCGM Diagnostic/runtime_error"],
      [{ "DCGM Diagnostic": {}, runtime_error: { warning: "Busy." } }, "/runtime_error"],
      [{ "DCGM GPU Diagnostic": { runtime_error: "Busy." } }, "/DCGM GPU Diagnostic/runtime_error"],
    ] as const) {
      const { verdict, findings } = judge(document, { exitCode: 226 });
      expect(verdict).toBe("inconclusive");
      expect(findings.map(({ code }) => code)).toEqual([
        "gpu-not-tested",
        "gpu-not-tested",
        "run-error",
        "test-absent",
      ]);
      expect(findings[2]).toMatchObject({
        cause: "tool",
        scope: { kind: "node", id: "node-1" },
        message: "DCGM could not run the diagnostic: Busy.",
        evidence: [{ probe: "dcgm-diag", path }],
      });
    }
    expect(judge({ ...v4(), runtime_error: 7 }).said).toEqual([
      "inconclusive",
      "run-error inconclusive tool node node-1",
    ]);
    expect(judge({ ...v4(), runtime_error: { code: 7 } }).findings[0]?.message).toContain("no reason given");
    expect(judge({ ...v4(), runtime_error: "" }).said).toEqual([
      "inconclusive",
      "run-error inconclusive tool node node-1",
    ]);
    expect(judge({ ...v4(), runtime_error: null }).said).toEqual(["pass"]);
    expect(judge({ ...failed, runtime_error: "Busy." }).said).toEqual([
      "fail",
      "test-failed fail unknown gpu 1",
      "run-error inconclusive tool node node-1",
    ]);
  });

  const fail = gpu(1, { status: "Fail" });
  it.each([
    ["no root key of a diagnostic", { "DCGM Diagnostics": v4() }, undefined],
    ["two root keys", { ...failed, "DCGM GPU Diagnostic": [] }, undefined],
    ["a list of categories in 4.x", { "DCGM Diagnostic": categories(fail) }, "/DCGM Diagnostic"],
    ["a text for the diagnostic", { "DCGM GPU Diagnostic": "Fail" }, "/DCGM GPU Diagnostic"],
    ["null for the diagnostic", { "DCGM Diagnostic": null }, "/DCGM Diagnostic"],
    ["no categories", { "DCGM Diagnostic": {} }, "/DCGM Diagnostic"],
    ["categories that are no list", { "DCGM Diagnostic": { test_categories: {} } }, "/DCGM Diagnostic"],
    [
      "a category that is no object",
      { "DCGM Diagnostic": { test_categories: [...categories(fail), "x"] } },
      "/DCGM Diagnostic/test_categories/1",
    ],
    [
      "tests that are no list",
      { "DCGM Diagnostic": { test_categories: [...categories(fail), { tests: {} }] } },
      "/DCGM Diagnostic/test_categories/1/tests",
    ],
    [
      "a test that is no object",
      { "DCGM Diagnostic": { test_categories: [...categories(fail), { tests: [[]] }] } },
      "/DCGM Diagnostic/test_categories/1/tests/0",
    ],
    [
      "a test without a name",
      { "DCGM Diagnostic": { test_categories: [...categories(fail), { tests: [{ results: [] }] }] } },
      "/DCGM Diagnostic/test_categories/1/tests/0",
    ],
    [
      "results that are no list",
      { "DCGM Diagnostic": { test_categories: [...categories(fail), { tests: [{ name: "x", results: "Pass" }] }] } },
      "/DCGM Diagnostic/test_categories/1/tests/0/results",
    ],
    ["a row that is no object", v4([fail, "Pass"]), "/DCGM Diagnostic/test_categories/0/tests/0/results/1"],
    [
      "warnings that are no list",
      v4([fail, gpu(0, { warnings: {} })]),
      "/DCGM Diagnostic/test_categories/0/tests/0/results/1/warnings",
    ],
    [
      "a warning that is neither object nor text",
      v4([fail, gpu(0, { warnings: [null] })]),
      "/DCGM Diagnostic/test_categories/0/tests/0/results/1/warnings/0",
    ],
    ["entity groups that are no objects", { ...failed, entity_groups: [1] }, "/entity_groups/0"],
    [
      "entities that are no objects",
      { ...failed, entity_groups: [{ entities: ["A"] }] },
      "/entity_groups/0/entities/0",
    ],
  ])("G3 %s is unusable as a whole, also beside a Fail", (_, document, path) => {
    const { verdict, findings } = judge(document);
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      { code: "evidence-unusable", scope: { kind: "node", id: "node-1" }, evidence: [{ probe: "dcgm-diag" }] },
    ]);
    expect(findings[0]?.evidence[0]?.path).toBe(path);
    expect(findings[0]?.message).toContain("no known shape");
  });

  it.each([
    { timedOut: true },
    { signal: "SIGKILL" },
    { startError: "not-found" },
    { exitCode: null },
    { truncated: true },
    { stdout: undefined },
    { stdout: "\n" },
    { stdout: `${JSON.stringify(failed)}\u0000` },
  ])("G3 nothing is read from a probe with %j", (sketch) => {
    expect(judge(failed, sketch).said).toEqual(["inconclusive", "evidence-unusable inconclusive tool node node-1"]);
  });

  it("G3 a probe that was not collected proves nothing", () => {
    expect(answer(check, { probes: {}, expect: { gpus: { count: 2 }, dcdiag: { level: 2 } } }).said).toEqual([
      "inconclusive",
      "evidence-missing inconclusive tool node node-1",
    ]);
  });

  it("G11 needs gpus.count and dcdiag.level, and without them still proves a fail", () => {
    expect(judge(v4(), {}, {}).said).toEqual([
      "inconclusive",
      "expectation-missing inconclusive configuration node node-1",
      "expectation-missing inconclusive configuration node node-1",
    ]);
    expect(judge(v4(), {}, { gpus: { count: 2 }, dcdiag: { level: null, tests: null } }).said).toEqual([
      "inconclusive",
      "expectation-missing inconclusive configuration node node-1",
    ]);
    expect(judge(failed, {}, { dcdiag: { level: 2 } }).verdict).toBe("fail");
    expect(judge(v4([gpu(7)]), {}, { dcdiag: { level: 2, tests: ["memory"] } }).said).toEqual([
      "inconclusive",
      "expectation-missing inconclusive configuration node node-1",
    ]);
    expect(judge(v4(), {}, { gpus: { count: 2, serials: null }, dcdiag: { level: 2, tests: null } }).said).toEqual([
      "pass",
    ]);
  });

  it("G10 deep and long documents are answered", () => {
    const lists = "[".repeat(30_000) + "]".repeat(30_000);
    const deep = `{"DCGM Diagnostic":{"runtime_error":${lists}}}`;
    expect(judge(deep).findings.map(({ code }) => code)).toContain("run-error");
    const test = `{"name":"memory","results":[{"entity_id":0,"status":${lists}}]}`;
    const deepStatus = `{"DCGM Diagnostic":{"test_categories":[{"tests":[${test}]}]}}`;
    expect(judge(deepStatus).findings.map(({ code }) => code)).toContain("status-unknown");
    const long = "x".repeat(500_000);
    expect(judge(v4([gpu(0), gpu(1, { status: "Fail", warnings: [long] })])).findings[0]?.message).toContain(long);
    expect(judge(`${"[".repeat(1_000_000)}\n`).verdict).toBe("inconclusive");
  });
});
