import type { ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { domainOf, FILE, judge, MEMBERS, named, rack } from "../test/rack-case.ts";

describe("I9 one nodes file, byte for byte", () => {
  it("says nothing when all agree, whatever order the bundles come in", () => {
    expect(judge(rack())).toEqual([]);
    expect(judge(rack().toReversed())).toEqual([]);
    expect(judge(rack({}, { nodes: "" }))).toEqual([]);
    expect(judge([])).toEqual([]);
  });

  it.each([
    ["another order", "t1\nt0\nt2\nt3\n", 1, '"t0\\n"', '"t1\\n"'],
    ["a comment", "t0\nt1\n#\nt2\nt3\n", 3, '"t2\\n"', '"#\\n"'],
    ["CR at the line ends", FILE.replaceAll("\n", "\r\n"), 1, '"t0\\n"', '"t0\\r\\n"'],
    ["no last newline", FILE.slice(0, -1), 4, '"t3\\n"', '"t3"'],
    ["a line more", `${FILE}t4\n`, 5, "end of file", '"t4\\n"'],
    ["a line less", "t0\nt1\nt2\n", 4, '"t3\\n"', "end of file"],
    ["nothing in it", "", 1, '"t0\\n"', "end of file"],
  ])("%s names the minority and the line", (_, nodes, line, expected, observed) => {
    expect(judge(rack({ t2: { nodes } }))).toEqual([
      {
        code: "rack-nodes-file-differs",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "t2" },
        message: `The nodes file of t2 differs from that of 3 other members in line ${String(line)}.`,
        expected,
        observed,
        evidence: [{ probe: "imex-nodes", line }],
      },
    ]);
  });

  it("names all on a tie, and every one that is not with the most", () => {
    const other = { nodes: `${FILE}#\n` };
    const tie = judge(rack({ t1: other, t3: other }));
    expect(tie.map(({ scope }) => scope.id)).toEqual(MEMBERS);
    expect(tie[0]).toEqual({
      code: "rack-nodes-file-differs",
      verdict: "fail",
      cause: "configuration",
      scope: { kind: "node", id: "t0" },
      message: "The nodes files of the rack differ, and none is in the majority; t0 has one of them.",
      expected: "one file on all members",
      evidence: [{ probe: "imex-nodes" }],
    });
    expect(named(rack({ t0: other }))).toEqual(["rack-nodes-file-differs node t0"]);
    expect(named(rack({ t1: other, t3: { nodes: "x" } }))).toEqual([
      "rack-nodes-file-differs node t1",
      "rack-nodes-file-differs node t3",
    ]);
  });

  it.each<[string, string | ProbeSketch | undefined, string, RegExp]>([
    ["not collected", undefined, "evidence-missing", /of t1 cannot be compared: it was not collected/],
    [
      "not readable",
      { stdout: "", exitCode: 1, stderr: "denied\n" },
      "evidence-unusable",
      /of t1 cannot be compared: it ended with exit code 1/,
    ],
    [
      "not there",
      { stdout: "", exitCode: 1, stderr: "cat: x: No such file or directory\n" },
      "evidence-unusable",
      /of t1 cannot be compared: there is none/,
    ],
    [
      "damaged",
      { stdout: `${FILE}# \uFFFD\n`, stdoutDamaged: true },
      "evidence-unusable",
      /of t1 cannot be compared: it holds bytes/,
    ],
  ])("a file that is %s is inconclusive for its member", (_, nodes, code, message) => {
    expect(judge(rack({ t1: { nodes } }))).toMatchObject([
      {
        code,
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: "t1" },
        message: expect.stringMatching(message) as string,
        evidence: nodes === undefined ? [] : [{ probe: "imex-nodes" }],
      },
    ]);
    expect(named(rack({ t1: { nodes }, t3: { nodes: "t3\n" } }))).toEqual([
      `${code} node t1`,
      "rack-nodes-file-differs node t3",
    ]);
  });
});

describe("the rack's versions", () => {
  it("are each member's own, of itself", () => {
    expect(judge(rack({ t2: { versions: ["2", "2", "1", "2"] } }))).toEqual([]);
    expect(judge(rack({ t2: { versions: ["1", "1", "2", "1"] } }))).toEqual([
      {
        code: "rack-version-differs",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "t2" },
        message: "t2 reports another IMEX version of itself than most members of the rack.",
        expected: "1",
        observed: "2",
        evidence: [{ probe: "imex-domain" }],
      },
    ]);
    const tie = judge(rack({ t0: { versions: ["2", "1", "1", "1"] }, t1: { versions: ["1", "2", "1", "1"] } }));
    expect(
      tie.map(({ scope, expected, observed, message }) => [
        scope.id,
        expected,
        observed,
        message.includes("than others of"),
      ]),
    ).toEqual([
      ["t0", "one version", "2", true],
      ["t1", "one version", "2", true],
      ["t2", "one version", "1", true],
      ["t3", "one version", "1", true],
    ]);
  });

  it("that are not shown, or of a daemon that is UNAVAILABLE or not there, are not compared", () => {
    for (const domain of [
      domainOf(["", "", "", ""]),
      domainOf(["2", "2", "2", "2"], "UNAVAILABLE"),
      { stdout: "", exitCode: 1, stderr: "no local daemon\n" },
      { startError: "not-found" },
      { stdout: '{"nodes":{},"status":"UP"}' },
    ])
      expect(judge(rack({ t2: { domain } }))).toEqual([]);
  });

  it("are found by the address too, or by the star of the text", () => {
    const t2 = { domain: domainOf(["1", "1", "2", "1"], "READY", false) };
    expect(named(rack({ t2 }))).toEqual(["rack-version-differs node t2"]);
    const starred = {
      stdout:
        "Nodes:\nNode #0   - 10.9.9.1 - READY - Version: 1\nNode #1   * 10.9.9.2 * - READY - Version: 2\nDomain State: UP\n",
    };
    expect(named(rack({ t2: { domain: starred, resolve: "" } }))).toEqual(["rack-version-differs node t2"]);
    const foreign = {
      stdout:
        '{"nodes":{"0":{"hostName":"x","version":"3"},"1":{"hostName":"T2.rack.internal","version":"2"}},"status":"UP"}',
    };
    expect(named(rack({ t2: { domain: foreign, resolve: "" } }))).toEqual(["rack-version-differs node t2"]);
  });
});
