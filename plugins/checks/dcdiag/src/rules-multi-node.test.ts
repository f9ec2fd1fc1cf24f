import { answer } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { document, host, hosts, type Json, judge, ROOT, row, rows } from "../test/multi-node.ts";
import check from "./index.ts";

const failOther = [
  row(0, 0),
  row(0, 1),
  row(1, 0),
  row(1, 1, "Fail", { warnings: [{ warning: "Wrong.", error_id: 95, error_severity: 2 }] }),
];

const UNTESTED = ["gpu-not-tested inconclusive unknown gpu 0", "gpu-not-tested inconclusive unknown gpu 1"];
const unlisted = (name: string): string[] => [
  "inconclusive",
  ...UNTESTED,
  `host-not-listed inconclusive tool node ${name}`,
  `test-absent inconclusive configuration node ${name}`,
];

describe("dcdiag by its rules: a multi-node run", () => {
  it("D12 judges the rows of this host alone", () => {
    expect(judge(document()).said).toEqual(["pass"]);
    expect(judge(document(failOther), { exitCode: 226 }).said).toEqual(["pass"]);
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
    expect(judge(document([row(0, 0), row(1, 0), row(1, 1)])).said).toEqual([
      "inconclusive",
      "gpu-not-tested inconclusive unknown gpu 1",
    ]);
    expect(judge(document([row(0, 0), row(0, 1, "Skip"), row(1, 1, "Skip")])).said).toEqual([
      "inconclusive",
      "test-skipped inconclusive unknown gpu 1",
    ]);
    expect(judge(document([row("0", 0), row("0", 1)])).said).toEqual(["pass"]);
    expect(judge(document(rows, { hosts: [...hosts, host(2, "t3"), host(3, "t4")] })).said).toEqual(["pass"]);
  });

  it("D12 reads a document that stands under its root key", () => {
    const { hosts: listed, test_categories } = document([row(0, 0), row(0, 1, "Fail")]);
    const { findings } = judge({ [ROOT]: { hosts: listed, test_categories } });
    expect(findings).toMatchObject([
      { code: "test-failed", evidence: [{ path: `/${ROOT}/test_categories/0/tests/0/results/1/status` }] },
    ]);
  });

  it("D7 the level of mndiag is not compared, however it was started", () => {
    const said = answer(check, {
      probes: { "dcgm-diag": { stdout: JSON.stringify(document()), argv: ["dcgmi", "diag", "-r", "1"] } },
      node: "t1",
      expect: { gpus: { count: 2 }, dcdiag: { level: 3 } },
    });
    expect(said.verdict).toBe("pass");
  });

  it.each([
    ["another case", "T1", "t1"],
    ["a qualified host", "t1.az.example.net", "t1"],
    ["a qualified node", "T1", "t1.az.example.net"],
    ["two domains", "t1.a.example.net", "t1.b.example.net"],
  ])("D12 finds the host by name: %s", (_, hostname, name) => {
    expect(judge(document(rows, { hosts: [host(0, hostname), host(1, "t2")] }), { node: { name } }).said).toEqual([
      "pass",
    ]);
  });

  it("D12 prefers the equal name to one that is equal up to the first dot", () => {
    const listed = [host(0, "t1.b"), host(1, "t1.a")];
    expect(judge(document(failOther, { hosts: listed }), { exitCode: 226, node: { name: "t1.b" } }).said).toEqual([
      "pass",
    ]);
    expect(judge(document(failOther, { hosts: listed }), { exitCode: 226, node: { name: "t1.a" } }).verdict).toBe(
      "fail",
    );
    expect(judge(document(rows, { hosts: listed }), { node: { name: "t1" } }).said).toEqual(unlisted("t1"));
  });

  it("D12 else finds the host by all GPU serials of the node, or those expected of it", () => {
    const renamed = document(rows, { hosts: [host(0, "ip-10-0-0-1", ["A", "B"]), host(1, "ip-10-0-0-2", ["C", "D"])] });
    expect(judge(renamed, { node: { serials: { gpus: ["B", "A"] } } }).said).toEqual(["pass"]);
    expect(judge(renamed, { serials: ["A", "B"] }).said).toEqual(["pass"]);
    expect(judge(renamed, { serials: ["A", "B"], node: { serials: { gpus: [] } } }).said).toEqual(["pass"]);
    for (const gpus of [
      ["A", "C"],
      ["A", "Z"],
    ])
      expect(judge(renamed, { node: { serials: { gpus } } }).said).toEqual(unlisted("t1"));
    expect(judge(document(rows, { hosts: [host(0, "t8"), host(1, "t9", ["C", "D"])] })).said).toEqual(unlisted("t1"));
    expect(judge(renamed, { node: { serials: { gpus: [] } } }).said).toEqual(unlisted("t1"));
    expect(judge(renamed, { node: { serials: { gpus: ["C", "D"] } } }).said).toEqual(["pass"]);
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
    expect(judge(document(rows.slice(2), { hosts: listed })).said).toEqual(unlisted("t1"));
  });

  it("D12 says which hosts are listed", () => {
    const observed = (listed: readonly Json[]): string | undefined =>
      judge(document(rows, { hosts: listed })).findings.find(({ code }) => code === "host-not-listed")?.observed;
    expect(observed([host(1, "t3"), host(2, undefined), host(0, "t2")])).toBe("?, t2, t3");
    expect(observed([])).toBe("no host");
  });

  it("D12 the first number of an address is no short name", () => {
    const listed = [host(0, "10.0.0.2"), host(1, "t2")];
    expect(judge(document(rows, { hosts: listed }), { node: { name: "10.0.0.1" } }).said).toEqual(unlisted("10.0.0.1"));
    expect(judge(document(rows, { hosts: listed }), { node: { name: "10.0.0.2" } }).said).toEqual(["pass"]);
  });
});
