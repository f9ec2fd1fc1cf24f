import { describe, expect, it } from "vitest";
import { addressOf, answer, around, both, document, judge, NAMES, type Node } from "../test/domain-case.ts";

describe("I2 members and domain", () => {
  it("a whole domain passes, for each model that has one", () => {
    for (const model of ["host", "per-domain", "dns-slots"]) expect(answer({ model })).toEqual(["pass"]);
    expect(answer({ nodes: { a: { status: "Ready" } }, status: "up", pairs: both("ab", "connected") })).toEqual([
      "pass",
    ]);
  });

  it("an UNAVAILABLE member fails, with or without its pairs", () => {
    for (const pairs of [{}, around("c", "INVALID"), around("c", null)]) {
      const { verdict, findings } = judge({
        nodes: { c: { status: "UNAVAILABLE", version: "" } },
        status: "DEGRADED",
        version: "580.1",
        pairs,
      });
      expect(verdict).toBe("fail");
      expect(findings).toEqual([
        {
          code: "member-unavailable",
          verdict: "fail",
          cause: "unknown",
          scope: { kind: "node", id: "c" },
          message: "The member c is UNAVAILABLE.",
          expected: "READY",
          observed: "UNAVAILABLE",
          evidence: [{ probe: "imex-domain", path: "/nodes/2/status" }],
        },
      ]);
    }
    expect(answer({ nodes: { c: { status: "UNAVAILABLE", host: "N/A" } } })).toEqual(["fail", "member-unavailable c"]);
  });

  const [settling, unreadable] = [/way up or down/, /cannot be read/];
  it.each([
    ["INITIALIZING", "INITIALIZING", settling],
    ["SHUTTING_DOWN", "SHUTTING_DOWN", settling],
    ["NAPPING", "NAPPING", unreadable],
    ["READY ", "READY ", unreadable],
    [5, "5", unreadable],
    [undefined, "", unreadable],
    [null, "null", unreadable],
    [{ a: 1 }, "an object", unreadable],
    [["READY"], "a list", unreadable],
  ])("a member that is %j is inconclusive, and its pairs are not judged", (status, observed, message) => {
    const { verdict, findings } = judge({
      nodes: { b: { status } },
      status: "DEGRADED",
      pairs: { ...around("b", "NEVER_CONNECTED"), bb: "INVALID" },
    });
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      {
        code: "member-not-ready",
        cause: "unknown",
        scope: { kind: "node", id: "b" },
        message: expect.stringMatching(message) as string,
        expected: "READY",
        observed,
      },
    ]);
  });

  it("a member without an address cannot be compared with its name", () => {
    for (const host of ["", "N/A", undefined, 4])
      expect(judge({ nodes: { b: { host } } })).toMatchObject({
        verdict: "inconclusive",
        findings: [
          {
            code: "member-not-ready",
            scope: { id: "b" },
            message: "The IMEX domain shows no address for the member b.",
          },
        ],
      });
  });

  it("a member that a whole domain does not have fails, and so does one too many", () => {
    const gone = judge({ nodes: { c: null }, status: "DEGRADED" });
    expect(gone).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "member-missing",
          cause: "configuration",
          scope: { kind: "node", id: "c" },
          expected: "c",
          observed: "absent",
          evidence: [{ probe: "imex-domain" }],
        },
      ],
    });
    const more = judge({ nodes: { e: {} } });
    expect(more).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "member-surplus",
          cause: "configuration",
          scope: { kind: "node", id: "e" },
          observed: "node 4: 10.0.0.5 e",
          evidence: [{ probe: "imex-domain", path: "/nodes/4/host" }],
        },
      ],
    });
    expect(answer({ nodes: { c: null, e: {} }, model: "per-domain" })).toEqual([
      "fail",
      "member-missing c",
      "member-surplus e",
    ]);
    expect(answer({ nodes: { e: {} }, model: "dns-slots" })).toEqual(["pass"]);
    expect(answer({ nodes: { c: null, e: {} }, model: "dns-slots" })).toEqual(["fail", "member-missing c"]);
    expect(answer({ domain: { stdout: '{"nodes":{},"status":"DOWN"}' } })).toEqual([
      "fail",
      ...NAMES.map((name) => `member-missing ${name}`),
      "domain-down n1",
    ]);
  });

  it("a node too many is called by what it prints", () => {
    const surplus = (node: Node, members = NAMES): unknown => judge({ nodes: { e: node }, members }).findings[0];
    expect(surplus({ hostName: "N/A" })).toMatchObject({ scope: { id: "10.0.0.5" }, observed: "node 4: 10.0.0.5" });
    expect(surplus({ host: "" })).toMatchObject({ scope: { id: "e" } });
    expect(surplus({ host: "", hostName: "" })).toMatchObject({ scope: { id: "4" } });
    expect(surplus({}, NAMES.map(addressOf))).toMatchObject({ scope: { id: "10.0.0.5" } });
    expect(surplus({ host: null }, NAMES.map(addressOf))).toMatchObject({ scope: { id: "e" } });
  });

  it("DOWN fails, DEGRADED is a contradiction while all is well, another word is unknown", () => {
    for (const model of ["host", "per-domain"]) {
      expect(judge({ status: "Down", model })).toMatchObject({
        verdict: "fail",
        findings: [
          {
            code: "domain-down",
            cause: "unknown",
            scope: { kind: "node", id: "n1" },
            expected: "UP",
            observed: "Down",
            evidence: [{ probe: "imex-domain", path: "/status" }],
          },
        ],
      });
      expect(judge({ status: "DEGRADED", model })).toMatchObject({
        verdict: "inconclusive",
        findings: [{ code: "domain-degraded", cause: "unknown", observed: "DEGRADED" }],
      });
      expect(judge({ status: "UP ", model })).toMatchObject({
        verdict: "inconclusive",
        findings: [{ code: "domain-state-unknown", cause: "tool", observed: "UP " }],
      });
    }
    for (const status of ["DOWN", "DEGRADED", "?"]) expect(answer({ status, model: "dns-slots" })).toEqual(["pass"]);
    expect(answer({ status: "DEGRADED", nodes: { e: {} } })).toEqual([
      "fail",
      "member-surplus e",
      "domain-degraded n1",
    ]);
  });

  it.each<[string, string]>([
    ["no status", '{"nodes":{}}'],
    ["a status that is no word", '{"nodes":{},"status":3}'],
    ["no nodes", '{"status":"UP"}'],
    ["a list of nodes", '{"nodes":[],"status":"UP"}'],
    ["a node that is no object", '{"nodes":{"0":[]},"status":"UP"}'],
    [
      "a connection that is no object",
      '{"nodes":{"0":{"status":"UNAVAILABLE","connections":{"0":"CONNECTED"}}},"status":"DOWN"}',
    ],
    ["connections that are a list", '{"nodes":{"0":{"status":"UNAVAILABLE","connections":[]}},"status":"DOWN"}'],
    ["a cut document", '{"nodes":{"0":{"status":"UNAVAILABLE"'],
    ["text after the document", '{"nodes":{},"status":"DOWN"} x'],
  ])("G3 %s: unusable as a whole", (_, stdout) => {
    expect(answer({ domain: { stdout } })).toEqual(["inconclusive", "evidence-unusable n1"]);
  });

  it("G5 unknown extra fields change nothing", () => {
    const extra = JSON.parse(document({})) as { nodes: Record<string, object>; status: string };
    Object.assign(extra, {
      quorum: [1],
      nodes: Object.fromEntries(
        Object.entries(extra.nodes).map(([index, node]) => [index, { ...node, health: "BAD" }]),
      ),
    });
    expect(answer({ domain: { stdout: `\n${JSON.stringify(extra, null, 2)}\n` } })).toEqual(["pass"]);
  });
});
