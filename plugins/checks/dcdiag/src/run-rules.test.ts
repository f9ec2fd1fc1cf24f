import { runCheck, type CheckJudgement, type NodeIdentity } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

// Rules of the run as a whole: D7-D11, G3, G4, G11. Documents are of two GPUs.

type Json = Record<string, unknown>;

const gpu = (id: number, rest: Json = {}): Json => ({ entity_group: "GPU", entity_id: id, status: "Pass", ...rest });
const categories = (...results: unknown[]): Json[] => [{ category: "Hardware", tests: [{ name: "memory", results }] }];
const v4 = (results: unknown[] = [gpu(0), gpu(1)], beside: Json = {}): Json => ({
  "DCGM Diagnostic": { test_categories: categories(...results) },
  ...beside,
});
const failed = v4([gpu(0), gpu(1, { status: "Fail" })]);

function judge(
  document: unknown,
  sketch: ProbeSketch = {},
  expected: Json = { gpus: { count: 2 }, dcdiag: { level: 2, tests: ["memory"] } },
  node: Partial<NodeIdentity> = {},
): CheckJudgement {
  const stdout = typeof document === "string" ? document : JSON.stringify(document);
  return runCheck(
    check,
    evidenceOf({ probes: { "dcgm-diag": { stdout, argv: ["dcgmi", "diag", "-r", "2", "-j"], ...sketch } }, node }),
    expected,
  );
}

/** Verdict, then each finding as `code cause scope`. */
function answer({ verdict, findings }: CheckJudgement): string[] {
  return [verdict, ...findings.map(({ code, cause, scope }) => `${code} ${cause} ${scope.kind} ${scope.id}`)];
}

describe("dcdiag by its rules: the run", () => {
  it.each(["-r 1", "-r1", "--run=1", "--run 1", "-r=1", "-r short", "-r 0", "-j -r 1", "-r medium"])(
    "D7 level 3 is not proven by diag %s",
    (options) => {
      const { verdict, findings } = judge(
        v4(),
        { argv: ["dcgmi", "diag", ...options.split(" ")] },
        { gpus: { count: 2 }, dcdiag: { level: 3 } },
      );
      expect(verdict).toBe("inconclusive");
      const ran = options.includes("0") ? "0" : options.includes("medium") ? "2" : "1";
      expect(findings).toMatchObject([
        {
          code: "level-too-low",
          cause: "tool",
          scope: { kind: "node", id: "node-1" },
          message: `The diagnostic ran at level ${ran}, and level 3 is asked for.`,
          expected: "3",
          observed: ran,
          evidence: [{ probe: "dcgm-diag" }],
        },
      ]);
    },
  );

  it.each([
    ["the level asked for", ["dcgmi", "diag", "-r", "3", "-j"]],
    ["a higher level", ["dcgmi", "diag", "--run=4"]],
    ["a level by its name", ["dcgmi", "diag", "-r", "long"]],
    ["the highest level by its name", ["dcgmi", "diag", "-r", "xlong"]],
    ["a list of test names", ["dcgmi", "diag", "-r", "memory,pcie", "-j"]],
    ["one test name", ["dcgmi", "diag", "-rmemory"]],
    ["a name of every object", ["dcgmi", "diag", "-r", "constructor"]],
    ["no level", ["dcgmi", "diag", "-j"]],
    ["a level that is missing", ["dcgmi", "diag", "-r"]],
    ["a number that is no level", ["dcgmi", "diag", "-r", "1.5"]],
    ["another option of that beginning", ["dcgmi", "diag", "--runner", "1", "-x-r1"]],
    ["another command", ["dcgmi", "health", "-r", "1"]],
    ["a level before the command", ["wrap", "-r", "1", "dcgmi", "diag"]],
    ["no command", []],
  ])("D7 nothing is said of %s", (_, argv) => {
    expect(answer(judge(v4(), { argv }, { gpus: { count: 2 }, dcdiag: { level: 3 } }))).toEqual(["pass"]);
  });

  it("D7 reads a command that a shell or sudo was given", () => {
    for (const argv of [
      ["sh", "-c", "dcgmi diag -r 1 -j"],
      ["sudo", "-n", "dcgmi", "diag", "-r", "1", "-j"],
      ["ssh", "host", "dcgmi  diag\t-r1"],
    ]) {
      expect(answer(judge(v4(), { argv }))).toEqual(["inconclusive", "level-too-low tool node node-1"]);
    }
  });

  it("D8 lines before the document are skipped, and blank lines behind it", () => {
    const text = JSON.stringify(v4());
    expect(answer(judge(`Successfully ran diagnostic for group.\n\nwarning: [x]\n${text}`))).toEqual(["pass"]);
    expect(answer(judge(`${text}\n\n \t\r\n`))).toEqual(["pass"]);
    expect(answer(judge(`notice\n${JSON.stringify(failed)}`))).toEqual(["fail", "test-failed unknown gpu 1"]);
  });

  it.each([
    ["text behind it", `${JSON.stringify(failed)}\nError: lost.\n`, "it is not a whole JSON document"],
    ["a second document", `${JSON.stringify(failed)}\n{}`, "it is not a whole JSON document"],
    ["a cut", JSON.stringify(failed).slice(0, -1), "it is not a whole JSON document"],
    ["no document", "Error: Unable to connect to host engine.\n", "it holds no JSON document"],
    ["a list", JSON.stringify([failed]), "it is not a whole JSON document"],
  ])("D8 %s is inconclusive, whatever failed before", (_, text, reason) => {
    const { verdict, findings } = judge(text);
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      { code: "evidence-unusable", cause: "tool", scope: { kind: "node", id: "node-1" } },
    ]);
    expect(findings[0]?.message).toContain(reason);
  });

  it("D9 exit 0 and 226 are read, and any other leaves a doubt beside what fails", () => {
    expect(answer(judge(failed, { exitCode: 0 }))).toEqual(["fail", "test-failed unknown gpu 1"]);
    expect(answer(judge(failed, { exitCode: 226 }))).toEqual(["fail", "test-failed unknown gpu 1"]);
    expect(answer(judge(v4([gpu(0), gpu(1, { status: "Warn" })]), { exitCode: 226 }))).toEqual([
      "fail",
      "test-warned unknown gpu 1",
    ]);
    const contradiction = judge(v4(), { exitCode: 226 });
    expect(contradiction).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "exit-unexplained",
          cause: "tool",
          scope: { kind: "node", id: "node-1" },
          message: "dcgmi says that a test failed, and no row of the document fails.",
          expected: "0",
          observed: "226",
          evidence: [{ probe: "dcgm-diag" }],
        },
      ],
    });
    for (const exitCode of [1, 205, 255, -1]) {
      expect(judge(failed, { exitCode })).toMatchObject({
        verdict: "fail",
        findings: [
          { code: "test-failed" },
          {
            code: "exit-unexplained",
            message: `dcgmi ended with exit code ${String(exitCode)}.`,
            expected: "226",
            observed: String(exitCode),
          },
        ],
      });
      expect(judge(v4(), { exitCode })).toMatchObject({
        verdict: "inconclusive",
        findings: [{ code: "exit-unexplained", expected: "0" }],
      });
    }
  });

  it("D9 226 is explained by a failing row that no GPU of the node has", () => {
    const cpu = { entity_group: "CPU", entity_id: 0, status: "Fail" };
    expect(answer(judge(v4([gpu(0), gpu(1), cpu]), { exitCode: 226 }))).toEqual([
      "fail",
      "test-failed unknown node node-1",
    ]);
  });

  const group = (entities: unknown[], entity_group: unknown = "GPU"): Json => ({ entity_group, entities });
  const serials = (...list: string[]): Json => group(list.map((serial_num, entity_id) => ({ entity_id, serial_num })));
  const expecting = (...list: string[]): Json => ({ gpus: { count: 2, serials: list }, dcdiag: { level: 2 } });

  it("D10 every expected serial has to be in the document", () => {
    expect(
      answer(judge(v4([gpu(0), gpu(1)], { entity_groups: [serials("A", "B")] }), {}, expecting("B", "A"))),
    ).toEqual(["pass"]);
    expect(answer(judge(v4([gpu(0), gpu(1)], { entity_groups: [serials("A", "B")] }), {}, expecting("A")))).toEqual([
      "pass",
    ]);
    expect(answer(judge(v4(), {}, expecting()))).toEqual(["pass"]);
    const under = {
      "DCGM Diagnostic": {
        test_categories: [{ tests: [{ name: "memory", results: [gpu(0), gpu(1)] }] }],
        entity_groups: [serials("A", "B")],
      },
    };
    expect(answer(judge(under, {}, expecting("A", "B")))).toEqual(["pass"]);
    const swapped = judge(
      v4([gpu(0), gpu(1)], {
        entity_groups: [group([{ entity_id: 0, serial_num: "CPU-1" }], "CPU"), serials("A", " X ")],
      }),
      {},
      expecting("A", "B"),
    );
    expect(swapped).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "serial-missing",
          cause: "unknown",
          scope: { kind: "gpu", id: "1", serial: "X" },
          message: "No GPU of the document has the serial B.",
          expected: "B",
          observed: "X",
          evidence: [{ probe: "dcgm-diag", path: "/entity_groups/1/entities/1" }],
        },
      ],
    });
    const two = judge(v4([gpu(0), gpu(1)], { entity_groups: [serials("Y", "X")] }), {}, expecting("A", "B"));
    expect(two).toMatchObject({
      verdict: "inconclusive",
      findings: [
        { scope: { kind: "node", id: "node-1" }, expected: "A", observed: "X, Y", evidence: [] },
        { scope: { kind: "node" }, expected: "B" },
      ],
    });
    expect(judge(v4(), {}, expecting("A"))).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "serial-missing", scope: { kind: "node", id: "node-1" }, observed: "no serial" }],
    });
    expect(
      answer(judge(v4([gpu(0), gpu(1)], { entity_groups: [serials("A")] }), {}, expecting("A", "B", "B"))),
    ).toEqual(["inconclusive", "serial-missing unknown node node-1"]);
  });

  it("D10 reads GPU Device Serials, by index or in a list, inside the diagnostic or beside it", () => {
    const rows = {
      test_categories: [
        { category: "Hardware", tests: [{ name: "memory", results: [{ gpu_ids: "0,1", status: "Pass" }] }] },
      ],
    };
    for (const printed of [{ "0": "A", "1": "X" }, ["A", "X"]]) {
      const inside = judge(
        { "DCGM GPU Diagnostic": { ...rows, "GPU Device Serials": printed } },
        {},
        expecting("A", "B"),
      );
      expect(inside.findings).toMatchObject([
        {
          code: "serial-missing",
          scope: { kind: "gpu", id: "1", serial: "X" },
          evidence: [{ path: "/DCGM GPU Diagnostic/GPU Device Serials/1" }],
        },
      ]);
      const beside = judge({ "DCGM GPU Diagnostic": rows, "GPU Device Serials": printed }, {}, expecting("A", "B"));
      expect(beside.findings).toMatchObject([
        { scope: { kind: "gpu", id: "1" }, evidence: [{ path: "/GPU Device Serials/1" }] },
      ]);
      expect(answer(judge({ "DCGM GPU Diagnostic": rows, "GPU Device Serials": printed }, {}, expecting("A")))).toEqual(
        ["pass"],
      );
    }
    for (const printed of ["A", null, { a: "A" }, { "0": 7 }])
      expect(answer(judge({ "DCGM GPU Diagnostic": rows, "GPU Device Serials": printed }, {}, expecting("A")))).toEqual(
        ["inconclusive", "serial-missing unknown node node-1"],
      );
  });

  it("D10 a GPU is named with the serial that the document prints", () => {
    const { findings } = judge(v4([gpu(1, { status: "Fail" })], { entity_groups: [serials("A", "B")] }));
    expect(findings.map(({ scope }) => scope)).toEqual([
      { kind: "gpu", id: "0", serial: "A" },
      { kind: "gpu", id: "1", serial: "B" },
    ]);
  });

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
    expect(answer(judge(document))).toEqual(["pass"]);
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
    expect(answer(judge({ ...v4(), runtime_error: 7 }))).toEqual(["inconclusive", "run-error tool node node-1"]);
    expect(judge({ ...v4(), runtime_error: { code: 7 } }).findings[0]?.message).toContain("no reason given");
    expect(answer(judge({ ...v4(), runtime_error: "" }))).toEqual(["inconclusive", "run-error tool node node-1"]);
    expect(answer(judge({ ...v4(), runtime_error: null }))).toEqual(["pass"]);
    expect(answer(judge({ ...failed, runtime_error: "Busy." }))).toEqual([
      "fail",
      "test-failed unknown gpu 1",
      "run-error tool node node-1",
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
    { stdoutDamaged: true },
    { stdout: undefined },
    { stdout: "\n" },
    { stdout: `${JSON.stringify(failed)}\u0000` },
  ])("G3 nothing is read from a probe with %j", (sketch) => {
    expect(answer(judge(failed, sketch))).toEqual(["inconclusive", "evidence-unusable tool node node-1"]);
  });

  it("G3 a probe that was not collected proves nothing", () => {
    expect(answer(runCheck(check, evidenceOf({ probes: {} }), { gpus: { count: 2 }, dcdiag: { level: 2 } }))).toEqual([
      "inconclusive",
      "evidence-missing tool node node-1",
    ]);
  });

  it("G11 needs gpus.count and dcdiag.level, and without them still proves a fail", () => {
    expect(answer(judge(v4(), {}, {}))).toEqual([
      "inconclusive",
      "expectation-missing configuration node node-1",
      "expectation-missing configuration node node-1",
    ]);
    expect(answer(judge(v4(), {}, { gpus: { count: 2 }, dcdiag: { level: null, tests: null } }))).toEqual([
      "inconclusive",
      "expectation-missing configuration node node-1",
    ]);
    expect(judge(failed, {}, { dcdiag: { level: 2 } }).verdict).toBe("fail");
    expect(answer(judge(v4(), {}, { gpus: { count: 2, serials: null }, dcdiag: { level: 2, tests: null } }))).toEqual([
      "pass",
    ]);
  });

  it("G10 deep and long documents are answered", () => {
    const deep = `{"DCGM Diagnostic":{"runtime_error":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`;
    expect(judge(deep).findings.map(({ code }) => code)).toContain("run-error");
    const deepStatus = `{"DCGM Diagnostic":{"test_categories":[{"tests":[{"name":"memory","results":[{"entity_id":0,"status":${"[".repeat(30_000)}${"]".repeat(30_000)}}]}]}]}}`;
    expect(judge(deepStatus).findings.map(({ code }) => code)).toContain("status-unknown");
    const long = "x".repeat(500_000);
    expect(judge(v4([gpu(0), gpu(1, { status: "Fail", warnings: [long] })])).findings[0]?.message).toContain(long);
    expect(judge(`${"[".repeat(1_000_000)}\n`).verdict).toBe("inconclusive");
  });
});
