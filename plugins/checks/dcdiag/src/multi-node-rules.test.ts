import { runCheck, type CheckJudgement, type NodeIdentity } from "@slipway/plugin-sdk";
import { evidenceOf } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

// Rule D12, and what D7, D9 and D10 say of `dcgmi mndiag`. Two hosts of two GPUs; the node is t1, host 0.

type Json = Record<string, unknown>;

const ROOT = "DCGM Multi-Node Diagnostic";
const row = (host_id: unknown, entity_id: number, status: unknown = "Pass", rest: Json = {}): Json => ({
  host_id,
  entity_group: "GPU",
  entity_group_id: 1,
  entity_id,
  status,
  ...rest,
});
const host = (host_id: unknown, hostname: unknown, serials: readonly string[] = []): Json => ({
  host_id,
  hostname,
  entities: serials.map((serial_num, entity_id) => ({ entity_group: "GPU", entity_id, serial_num })),
});
const hosts = [host(0, "t1", ["A", "B"]), host(1, "t2", ["C", "D"])];
const rows = [row(0, 0), row(0, 1), row(1, 0), row(1, 1)];
const failOther = [
  row(0, 0),
  row(0, 1),
  row(1, 0),
  row(1, 1, "Fail", { warnings: [{ warning: "Wrong.", error_id: 95, error_severity: 2 }] }),
];

function document(results: readonly unknown[] = rows, beside: Json = {}, test: Json = {}): Json {
  return {
    [ROOT]: ROOT,
    hosts,
    test_categories: [{ category: "Hardware", tests: [{ name: "MNUBERGEMM", status: "Pass", results, ...test }] }],
    ...beside,
  };
}

function judge(
  stdout: Json,
  {
    exitCode = 0,
    node = {},
    serials,
  }: { exitCode?: number; node?: Partial<NodeIdentity>; serials?: readonly string[] } = {},
): CheckJudgement {
  const evidence = evidenceOf({
    probes: { "dcgm-diag": { stdout: JSON.stringify(stdout), argv: ["dcgmi", "mndiag", "-r", "1", "-j"], exitCode } },
    node: { name: "t1", ...node },
  });
  return runCheck(check, evidence, {
    gpus: { count: 2, ...(serials === undefined ? {} : { serials }) },
    dcdiag: { level: 3, tests: ["mnubergemm"] },
  });
}

/** Verdict, then each finding as `code cause scope`. */
function answer({ verdict, findings }: CheckJudgement): string[] {
  return [verdict, ...findings.map(({ code, cause, scope }) => `${code} ${cause} ${scope.kind} ${scope.id}`)];
}

const UNTESTED = ["gpu-not-tested unknown gpu 0", "gpu-not-tested unknown gpu 1"];
const unlisted = (name: string): string[] => [
  "inconclusive",
  ...UNTESTED,
  `host-not-listed tool node ${name}`,
  `test-absent configuration node ${name}`,
];

describe("dcdiag by its rules: a multi-node run", () => {
  it("D12 judges the rows of this host alone", () => {
    expect(answer(judge(document()))).toEqual(["pass"]);
    expect(answer(judge(document(failOther), { exitCode: 226 }))).toEqual(["pass"]);
    const { verdict, findings } = judge(document(failOther), { exitCode: 226, node: { name: "t2" } });
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      {
        code: "test-failed",
        cause: "hardware",
        scope: { kind: "gpu", id: "1", serial: "D" },
        evidence: [{ path: "/test_categories/0/tests/0/results/3/warnings/0" }],
      },
    ]);
    expect(answer(judge(document([row(0, 0), row(1, 0), row(1, 1)])))).toEqual([
      "inconclusive",
      "gpu-not-tested unknown gpu 1",
    ]);
    expect(answer(judge(document([row(0, 0), row(0, 1, "Skip"), row(1, 1, "Skip")])))).toEqual([
      "inconclusive",
      "test-skipped unknown gpu 1",
    ]);
    expect(answer(judge(document([row("0", 0), row("0", 1)])))).toEqual(["pass"]);
    expect(answer(judge(document(rows, { hosts: [...hosts, host(2, "t3"), host(3, "t4")] })))).toEqual(["pass"]);
  });

  it("D12 reads a document that stands under its root key", () => {
    const { hosts: listed, test_categories } = document([row(0, 0), row(0, 1, "Fail")]);
    const { findings } = judge({ [ROOT]: { hosts: listed, test_categories } });
    expect(findings).toMatchObject([
      { code: "test-failed", evidence: [{ path: `/${ROOT}/test_categories/0/tests/0/results/1/status` }] },
    ]);
  });

  it("D7 the level of mndiag is not compared, however it was started", () => {
    const evidence = evidenceOf({
      probes: { "dcgm-diag": { stdout: JSON.stringify(document()), argv: ["dcgmi", "diag", "-r", "1"] } },
      node: { name: "t1" },
    });
    expect(runCheck(check, evidence, { gpus: { count: 2 }, dcdiag: { level: 3 } }).verdict).toBe("pass");
  });

  it.each([
    ["another case", "T1", "t1"],
    ["a qualified host", "t1.az.example.net", "t1"],
    ["a qualified node", "T1", "t1.az.example.net"],
    ["two domains", "t1.a.example.net", "t1.b.example.net"],
  ])("D12 finds the host by name: %s", (_, hostname, name) => {
    expect(answer(judge(document(rows, { hosts: [host(0, hostname), host(1, "t2")] }), { node: { name } }))).toEqual([
      "pass",
    ]);
  });

  it("D12 prefers the equal name to one that is equal up to the first dot", () => {
    const listed = [host(0, "t1.b"), host(1, "t1.a")];
    expect(answer(judge(document(failOther, { hosts: listed }), { exitCode: 226, node: { name: "t1.b" } }))).toEqual([
      "pass",
    ]);
    expect(judge(document(failOther, { hosts: listed }), { exitCode: 226, node: { name: "t1.a" } }).verdict).toBe(
      "fail",
    );
    expect(answer(judge(document(rows, { hosts: listed }), { node: { name: "t1" } }))).toEqual(unlisted("t1"));
  });

  it("D12 else finds the host by all GPU serials of the node, or those expected of it", () => {
    const renamed = document(rows, { hosts: [host(0, "ip-10-0-0-1", ["A", "B"]), host(1, "ip-10-0-0-2", ["C", "D"])] });
    expect(answer(judge(renamed, { node: { serials: { gpus: ["B", "A"] } } }))).toEqual(["pass"]);
    expect(answer(judge(renamed, { serials: ["A", "B"] }))).toEqual(["pass"]);
    expect(answer(judge(renamed, { serials: ["A", "B"], node: { serials: { gpus: [] } } }))).toEqual(["pass"]);
    for (const gpus of [
      ["A", "C"],
      ["A", "Z"],
    ])
      expect(answer(judge(renamed, { node: { serials: { gpus } } }))).toEqual(unlisted("t1"));
    expect(answer(judge(document(rows, { hosts: [host(0, "t8"), host(1, "t9", ["C", "D"])] })))).toEqual(
      unlisted("t1"),
    );
    expect(answer(judge(renamed, { node: { serials: { gpus: [] } } }))).toEqual(unlisted("t1"));
    expect(answer(judge(renamed, { node: { serials: { gpus: ["C", "D"] } } }))).toEqual(["pass"]);
  });

  it.each([
    ["no host", []],
    ["other names", [host(0, "t10"), host(1, "t2")]],
    ["a name that is no text", [host(0, 1), host(1, "t2")]],
    ["the name twice", [host(0, "t1"), host(1, "t1")]],
    ["the id twice", [host(0, "t1"), host(0, "t2")]],
    ["no id", [host(undefined, "t1"), host(1, "t2")]],
  ])("D12 a node that is not listed once is inconclusive: %s", (_, listed) => {
    const { findings } = judge(document(rows.slice(2), { hosts: listed }));
    const finding = findings.find(({ code }) => code === "host-not-listed");
    expect(finding).toMatchObject({
      verdict: "inconclusive",
      cause: "tool",
      scope: { kind: "node", id: "t1" },
      expected: "t1",
      evidence: [{ probe: "dcgm-diag" }],
    });
    expect(answer(judge(document(rows.slice(2), { hosts: listed })))).toEqual(unlisted("t1"));
  });

  it("D12 says which hosts are listed", () => {
    const observed = (listed: readonly Json[]): string | undefined =>
      judge(document(rows, { hosts: listed })).findings.find(({ code }) => code === "host-not-listed")?.observed;
    expect(observed([host(1, "t3"), host(2, undefined), host(0, "t2")])).toBe("?, t2, t3");
    expect(observed([])).toBe("no host");
  });

  it("D12 the first number of an address is no short name", () => {
    const listed = [host(0, "10.0.0.2"), host(1, "t2")];
    expect(answer(judge(document(rows, { hosts: listed }), { node: { name: "10.0.0.1" } }))).toEqual(
      unlisted("10.0.0.1"),
    );
    expect(answer(judge(document(rows, { hosts: listed }), { node: { name: "10.0.0.2" } }))).toEqual(["pass"]);
  });

  it.each([
    [{ warning: "mpirun failed.", error_category: "MPI" }, "mpirun failed."],
    ["mpirun failed.", "mpirun failed."],
    [{}, "no reason given"],
  ])("D12 an mpi_error (%j) is inconclusive", (mpi_error, text) => {
    const { verdict, findings } = judge(document(rows, {}, { mpi_error }));
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      {
        code: "error-unassigned",
        cause: "tool",
        scope: { kind: "node", id: "t1" },
        message: `The launcher of MNUBERGEMM failed: ${text}`,
        evidence: [{ path: "/test_categories/0/tests/0/mpi_error" }],
      },
    ]);
    expect(judge(document([row(0, 0), row(0, 1, "Fail")], {}, { mpi_error })).verdict).toBe("fail");
    expect(answer(judge(document(rows, {}, { mpi_error: null })))).toEqual(["pass"]);
  });

  const globalError = (host_id: unknown): Json => ({
    global_errors: [{ warning: "It ended.", error_id: 1, error_severity: 5, host_id }],
  });

  it("D12 a global error of this host is a fail of the node, whatever its severity", () => {
    const { verdict, findings } = judge(document(rows, globalError(0)), { exitCode: 226 });
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      {
        code: "host-error",
        cause: "unknown",
        scope: { kind: "node", id: "t1" },
        message: "The multi-node diagnostic failed on this host: It ended.",
        evidence: [{ path: "/global_errors/0" }],
      },
    ]);
  });

  it("D12 a global error of another host explains exit code 226 and is no fault of this node", () => {
    expect(answer(judge(document(rows, globalError(1)), { exitCode: 226 }))).toEqual(["pass"]);
    expect(answer(judge(document(rows, { global_errors: [] }), { exitCode: 226 }))).toEqual([
      "inconclusive",
      "exit-unexplained tool node t1",
    ]);
  });

  it.each([undefined, null, 7, "x", -1])(
    "D12 a global error of host %j, which is not listed, is inconclusive",
    (host_id) => {
      const { verdict, findings } = judge(document(rows, globalError(host_id)), { exitCode: 226 });
      expect(verdict).toBe("inconclusive");
      expect(findings).toMatchObject([
        {
          code: "error-unassigned",
          cause: "tool",
          scope: { kind: "node", id: "t1" },
          message: "An error of the run names no host that is listed: It ended.",
          evidence: [{ path: "/global_errors/0" }],
        },
      ]);
    },
  );

  it("D12 a global error that is a plain text is of no host", () => {
    expect(answer(judge(document(rows, { global_errors: ["It ended."] })))).toEqual([
      "inconclusive",
      "error-unassigned tool node t1",
    ]);
    expect(answer(judge(document(rows, { global_errors: [7] })))).toEqual([
      "inconclusive",
      "evidence-unusable tool node t1",
    ]);
  });

  it.each([
    [undefined, "Fail"],
    [7, "Warn"],
    ["x", "Strange"],
    [undefined, undefined],
  ])("D12 a row of host %j that reads %j belongs to nobody and is inconclusive", (host_id, status) => {
    const { verdict, findings } = judge(document([...rows, { ...row(host_id, 0), status }]));
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      {
        code: "error-unassigned",
        scope: { kind: "node", id: "t1" },
        message: `A row of MNUBERGEMM reads ${status ?? "no status"} and names no host that is listed.`,
        evidence: [{ path: "/test_categories/0/tests/0/results/4" }],
      },
    ]);
    for (const harmless of ["Pass", "Skip"])
      expect(answer(judge(document([...rows, { ...row(host_id, 0), status: harmless }])))).toEqual(["pass"]);
  });

  it("D10 serials are looked for on this host, and a swapped GPU is named", () => {
    expect(answer(judge(document(), { serials: ["A", "B"] }))).toEqual(["pass"]);
    const withCpu = {
      ...host(0, "t1", ["A", "B"]),
      entities: [
        { entity_group: "CPU", entity_id: 0, serial_num: "CPU-1" },
        { entity_id: 0, serial_num: "A" },
        { entity_id: 1, serial_num: "B" },
        { entity_id: 1, serial_num: " " },
      ],
    };
    expect(
      judge(document(rows, { hosts: [withCpu, host(1, "t2")] }), { serials: ["A", "CPU-1"] }).findings,
    ).toMatchObject([{ scope: { kind: "gpu", id: "1", serial: "B" }, expected: "CPU-1", observed: "B" }]);
    expect(judge(document(), { serials: ["A", "C"] }).findings).toMatchObject([
      {
        code: "serial-missing",
        scope: { kind: "gpu", id: "1", serial: "B" },
        expected: "C",
        evidence: [{ path: "/hosts/0/entities/1" }],
      },
    ]);
  });

  it("D11 a runtime_error says enough of a run without hosts", () => {
    const { verdict, findings } = judge({ [ROOT]: ROOT, runtime_error: "No host answered." }, { exitCode: 226 });
    expect(verdict).toBe("inconclusive");
    expect(findings.map(({ code }) => code)).toEqual(["gpu-not-tested", "gpu-not-tested", "run-error", "test-absent"]);
    expect(findings[2]).toMatchObject({
      message: "DCGM could not run the diagnostic: No host answered.",
      evidence: [{ path: "/runtime_error" }],
    });
  });

  it.each([
    ["no categories", { [ROOT]: ROOT, hosts }],
    ["hosts that are no list", document(rows, { hosts: {} })],
    ["a host that is no object", document(rows, { hosts: [...hosts, "t3"] })],
    ["global errors that are no list", document(rows, { global_errors: {} })],
    ["a number under the root key", { ...document(), [ROOT]: 1 }],
  ])("G3 %s is unusable as a whole", (_, shape) => {
    expect(answer(judge(shape))).toEqual(["inconclusive", "evidence-unusable tool node t1"]);
  });
});
