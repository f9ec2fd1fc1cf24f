import { describe, expect, it } from "vitest";
import { addressOf, answer, around, both, type Case, document, judge, NAMES } from "../test/domain-case.ts";

describe("I7 pairs", () => {
  it.each(["NEVER_CONNECTED", "INVALID", "RECOVERING", "DISCONNECTED", "AUTHENTICATING", "invalid"])(
    "%s, either way or both, is named once as link, lower index first",
    (word) => {
      for (const pairs of [{ bd: word }, { db: word }, both("bd", word)]) {
        const { verdict, findings } = judge({ pairs, status: "DEGRADED" });
        expect(verdict).toBe("fail");
        expect(findings).toMatchObject([
          {
            code: "pair-not-connected",
            cause: "unknown",
            scope: { kind: "link", id: "b->d" },
            message: "The members b and d are not connected.",
            expected: "CONNECTED",
          },
        ]);
        expect(findings[0]?.evidence).toEqual([
          ...("bd" in pairs ? [{ probe: "imex-domain", path: "/nodes/1/connections/3/status" }] : []),
          ...("db" in pairs ? [{ probe: "imex-domain", path: "/nodes/3/connections/1/status" }] : []),
        ]);
        expect(findings[0]?.observed).toBe(
          "bd" in pairs && "db" in pairs ? word : "bd" in pairs ? `${word} / CONNECTED` : `CONNECTED / ${word}`,
        );
      }
      expect(answer({ pairs: { bd: word }, model: "dns-slots" })).toEqual(["fail", "pair-not-connected b->d"]);
    },
  );

  it("a member connected with no other is named as node, not its pairs", () => {
    const { verdict, findings } = judge({ pairs: { ...around("c", "DISCONNECTED"), ca: "INVALID", ab: "RECOVERING" } });
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      {
        code: "member-isolated",
        cause: "unknown",
        scope: { kind: "node", id: "c" },
        expected: "CONNECTED",
        observed: "DISCONNECTED / INVALID; DISCONNECTED",
        evidence: [{ path: "/nodes/0/connections/2/status" }, { path: "/nodes/2/connections/0/status" }],
      },
      { code: "pair-not-connected", scope: { kind: "link", id: "a->b" } },
    ]);
    expect(answer({ members: ["a", "b"], nodes: { c: null, d: null }, pairs: { ab: "INVALID" } })).toEqual([
      "fail",
      "member-isolated a",
      "member-isolated b",
    ]);
    // Slots that are not expected are no company.
    expect(answer({ members: ["a", "b"], model: "dns-slots", pairs: { ba: "INVALID" } })).toEqual([
      "fail",
      "member-isolated a",
      "member-isolated b",
    ]);
  });

  it("pairs of a member in an unsettled state are not judged, but a connection with it is company", () => {
    expect(
      answer({
        nodes: { d: { status: "INIT_GPU" } },
        pairs: { ...both("ab", "INVALID"), ...both("ac", "INVALID"), bd: "INVALID" },
      }),
    ).toEqual(["fail", "member-not-ready d", "pair-not-connected a->b", "pair-not-connected a->c"]);
    expect(
      answer({
        nodes: { d: { status: "INIT_GPU" } },
        pairs: { ...both("ab", "INVALID"), ...both("ac", "INVALID"), ...around("d", "INVALID") },
      }),
    ).toEqual(["fail", "member-not-ready d", "member-isolated a"]);
  });

  it("an UNAVAILABLE member that is connected with some has its broken pairs named", () => {
    expect(
      answer({ nodes: { d: { status: "UNAVAILABLE" } }, pairs: { ad: "INVALID", bd: null, dd: "INVALID" } }),
    ).toEqual(["fail", "member-unavailable d", "pair-not-connected a->d"]);
  });

  it("a pair that is not listed, or whose word nobody knows, is inconclusive", () => {
    for (const [pairs, observed] of [
      [{ bc: null }, "not listed / CONNECTED"],
      [both("bc", null), "not listed"],
      [{ cb: "HIBERNATING" }, "CONNECTED / HIBERNATING"],
      [both("bc", 7), "7"],
    ] as const) {
      const { verdict, findings } = judge({ pairs, status: "DEGRADED" });
      expect(verdict).toBe("inconclusive");
      expect(findings).toMatchObject([
        {
          code: "pair-unknown",
          cause: "tool",
          scope: { kind: "link", id: "b->c" },
          message: "The IMEX domain does not tell whether b and c are connected.",
          expected: "CONNECTED",
          observed,
        },
      ]);
    }
    expect(judge({ pairs: { cb: "HIBERNATING" } }).findings[0]?.evidence).toEqual([
      { probe: "imex-domain", path: "/nodes/2/connections/1/status" },
    ]);
    expect(judge({ pairs: { bc: null } }).findings[0]?.evidence).toEqual([]);
    expect(answer({ pairs: { cb: "INVALID", bc: null } })).toEqual(["fail", "pair-not-connected b->c"]);
    const rows = Object.fromEntries(NAMES.map((peer) => [`a${peer}`, null]));
    expect(answer({ pairs: rows })).toEqual([
      "inconclusive",
      "pair-unknown a->b",
      "pair-unknown a->c",
      "pair-unknown a->d",
    ]);
    expect(answer({ pairs: { ...rows, ab: "INVALID" } })).toEqual([
      "fail",
      "pair-not-connected a->b",
      "pair-unknown a->c",
      "pair-unknown a->d",
    ]);
    expect(answer({ pairs: { ...around("a", null), ab: "INVALID" } })).toEqual(["fail", "member-isolated a"]);
  });

  it("what a member says of itself is judged when it says something", () => {
    expect(answer({ pairs: { bb: null } })).toEqual(["pass"]);
    expect(judge({ pairs: { bb: "INVALID" } })).toMatchObject({
      verdict: "fail",
      findings: [
        {
          code: "pair-not-connected",
          scope: { kind: "link", id: "b->b" },
          observed: "INVALID",
          evidence: [{ path: "/nodes/1/connections/1/status" }],
        },
      ],
    });
    expect(answer({ pairs: { bb: "?" } })).toEqual(["inconclusive", "pair-unknown b->b"]);
    expect(answer({ pairs: { ...around("c", "INVALID"), cc: "INVALID" } })).toEqual(["fail", "member-isolated c"]);
    expect(answer({ members: ["a"], nodes: { b: null, c: null, d: null } })).toEqual(["pass"]);
  });

  it("what names, nodes file or versions explain is configuration", () => {
    const resolve = { stdout: "a\t10.0.0.1\nb\t10.0.0.2\nc\t! no\nd\t10.0.0.4\n" };
    const causes = (given: Case): string[] =>
      judge(given).findings.map(({ code, cause, scope }) => `${code} ${scope.id} ${cause}`);
    expect(causes({ resolve, pairs: around("c", "INVALID"), status: "DOWN" })).toEqual([
      "member-isolated c configuration",
      "domain-down n1 configuration",
      "member-unresolved c configuration",
    ]);
    expect(causes({ resolve, nodes: { c: { status: "UNAVAILABLE" } } })).toEqual([
      "member-unavailable c configuration",
      "member-unresolved c configuration",
    ]);
    expect(causes({ resolve, pairs: { ac: "INVALID", ab: "INVALID" } })).toEqual([
      "pair-not-connected a->b unknown",
      "pair-not-connected a->c configuration",
      "member-unresolved c configuration",
    ]);
    expect(causes({ members: ["a", "c"], nodes: { b: null, d: null }, resolve, pairs: { ac: "INVALID" } })).toEqual([
      "member-isolated a configuration",
      "member-isolated c configuration",
      "member-unresolved c configuration",
    ]);
    expect(causes({ nodes: { b: { version: "1" } }, pairs: { ab: "INVALID" } })).toEqual([
      "pair-not-connected a->b configuration",
      "version-differs b configuration",
    ]);
  });

  it("nodes may have names for numbers", () => {
    const nodes = JSON.parse(document({ pairs: { ab: "INVALID" } }).replaceAll(/"([0-3])":/g, '"n$1":')) as object;
    expect(answer({ domain: { stdout: JSON.stringify(nodes) } })).toEqual(["fail", "pair-not-connected a->b"]);
    expect(
      answer({ domain: { stdout: JSON.stringify(nodes).replaceAll('"n0":', '"z0":').replaceAll('"n3":', '"12":') } }),
    ).toEqual(["fail", "pair-not-connected b->a"]);
  });

  it("members and links come in the order of the domain and of the expectation, whatever that of the document", () => {
    const eleven = Array.from({ length: 11 }, (_, index) => String.fromCharCode(97 + index));
    const nodes = Object.fromEntries(eleven.map((name) => [name, {}]));
    const resolve = { stdout: eleven.map((name) => `${name}\t${addressOf(name)}\n`).join("") };
    expect(answer({ members: eleven.toReversed(), nodes, resolve, pairs: { kc: "INVALID", jk: "INVALID" } })).toEqual([
      "fail",
      "pair-not-connected c->k",
      "pair-not-connected j->k",
    ]);
  });
});
