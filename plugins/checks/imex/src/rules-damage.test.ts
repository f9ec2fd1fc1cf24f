import { describe, expect, it } from "vitest";
import { answer, around, judge } from "../test/domain-case.ts";

const BAD = "\uFFFD";
const UNUSABLE = ["inconclusive", "evidence-unusable b"];

describe("G3 bytes that are no UTF-8 in the document of a domain", () => {
  it.each(["host", "hostName", "version"])("a member whose %s is spoiled is undecided, and no other", (field) => {
    const { verdict, findings } = judge({ nodes: { b: { [field]: `x${BAD}` } } });
    expect(verdict).toBe("inconclusive");
    expect(findings).toEqual([
      {
        code: "evidence-unusable",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: "b" },
        message: `The probe imex-domain cannot be used: the ${field} of the member b holds bytes that are no UTF-8.`,
        evidence: [{ probe: "imex-domain", path: `/nodes/1/${field}` }],
      },
    ]);
  });

  it("a spoiled state or connection is a word that nobody knows", () => {
    expect(answer({ nodes: { b: { status: `READ${BAD}` } } })).toEqual(UNUSABLE);
    expect(answer({ pairs: { ab: `CONNECT${BAD}` } })).toEqual(["inconclusive", "pair-unknown a->b"]);
    expect(answer({ status: `U${BAD}` })).toEqual(["inconclusive", "domain-state-unknown n1"]);
  });

  it("hides no fault of what can be read", () => {
    expect(
      answer({
        nodes: { b: { status: "UNAVAILABLE", version: BAD }, c: { version: BAD } },
        pairs: around("b", "INVALID"),
      }),
    ).toEqual(["fail", "member-unavailable b", "evidence-unusable c"]);
    expect(answer({ nodes: { b: { version: BAD }, c: { version: "9" } } })).toEqual([
      "fail",
      "evidence-unusable b",
      "version-differs c",
    ]);
  });

  it("spoils nothing in what no rule reads", () => {
    const text = JSON.stringify({ note: BAD });
    const domain = { stdout: `${text.slice(0, -1)},${judgeable.slice(1)}`, stdoutDamaged: true };
    expect(answer({ domain })).toEqual(["pass"]);
  });
});

const judgeable = JSON.stringify({
  timestamp: BAD,
  nodes: Object.fromEntries(
    ["a", "b", "c", "d"].map((hostName, index) => [
      index,
      {
        status: "READY",
        host: `10.0.0.${String(index + 1)}`,
        hostName,
        remark: BAD,
        connections: Object.fromEntries([0, 1, 2, 3].map((peer) => [peer, { status: "CONNECTED", host: BAD }])),
      },
    ]),
  ),
  status: "UP",
});

describe("G8 words that stand for no value", () => {
  it.each(["N/A", "n/a", "[N/A]", "Not Supported", "Unknown Error", "[Unknown Error]", "ERR!", "<<none>>", "[x]", ""])(
    "%j is no host name and no version",
    (word) => {
      expect(answer({ nodes: { b: { hostName: word } } })).toEqual(["pass"]);
      expect(answer({ nodes: { b: { version: word } } })).toEqual(["pass"]);
      expect(answer({ nodes: { b: { version: word } }, version: "580.1" })).toEqual([
        "inconclusive",
        "version-not-shown b",
      ]);
      expect(answer({ nodes: { b: { host: word } } })).toEqual(["inconclusive", "member-not-ready b"]);
    },
  );
});
