import { describe, expect, it } from "vitest";
import { document, host, hosts, type Json, judge, ROOT, row, rows } from "../test/multi-node.ts";

describe("dcdiag by its rules: a multi-node run", () => {
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
    expect(judge(document(rows, {}, { mpi_error: null })).said).toEqual(["pass"]);
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
    expect(judge(document(rows, globalError(1)), { exitCode: 226 }).said).toEqual(["pass"]);
    expect(judge(document(rows, { global_errors: [] }), { exitCode: 226 }).said).toEqual([
      "inconclusive",
      "exit-unexplained inconclusive tool node t1",
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
    expect(judge(document(rows, { global_errors: ["It ended."] })).said).toEqual([
      "inconclusive",
      "error-unassigned inconclusive tool node t1",
    ]);
    expect(judge(document(rows, { global_errors: [7] })).said).toEqual([
      "inconclusive",
      "evidence-unusable inconclusive tool node t1",
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
      expect(judge(document([...rows, { ...row(host_id, 0), status: harmless }])).said).toEqual(["pass"]);
  });

  it("D10 serials are looked for on this host, and a swapped GPU is named", () => {
    expect(judge(document(), { serials: ["A", "B"] }).said).toEqual(["pass"]);
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
    expect(judge(shape).said).toEqual(["inconclusive", "evidence-unusable inconclusive tool node t1"]);
  });
});
