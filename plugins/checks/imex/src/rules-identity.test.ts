import { describe, expect, it } from "vitest";
import { addressOf, answer, judge, NAMES } from "../test/domain-case.ts";

describe("I5 who is who", () => {
  const anonymous = Object.fromEntries(NAMES.map((name) => [name, { hostName: "N/A" }]));
  const silent = Object.fromEntries(NAMES.map((name) => [name, { hostName: "" }]));

  it("by host name, else by host, else by the address of the name", () => {
    expect(answer({ nodes: anonymous })).toEqual(["pass"]);
    expect(answer({ nodes: silent })).toEqual(["pass"]);
    expect(answer({ nodes: { a: { hostName: "a.rack.internal" }, b: { hostName: "n/a", host: "b" } } })).toEqual([
      "pass",
    ]);
    expect(answer({ members: NAMES.map(addressOf), resolve: undefined })).toEqual(["pass"]);
    expect(answer({ nodes: { a: { hostName: "b" }, b: { hostName: "a" } } })).toEqual([
      "fail",
      "member-address-differs a",
      "member-address-differs b",
    ]);
  });

  it("a node that prints neither may be the member that is missing", () => {
    const { verdict, findings } = judge({ nodes: { c: { host: "", hostName: "N/A" } } });
    expect(verdict).toBe("inconclusive");
    expect(findings).toMatchObject([
      {
        code: "member-unidentified",
        cause: "tool",
        scope: { kind: "node", id: "c" },
        expected: "c",
        message: expect.stringContaining("one of its other nodes may be it") as string,
        evidence: [{ probe: "imex-domain" }],
      },
    ]);
    expect(answer({ nodes: { c: { host: "", hostName: "N/A" } }, members: NAMES.map(addressOf) })).toEqual([
      "inconclusive",
      "member-unidentified 10.0.0.3",
    ]);
    expect(answer({ nodes: { c: { host: "", hostName: "z" } } })).toEqual([
      "fail",
      "member-missing c",
      "member-surplus z",
    ]);
    expect(answer({ nodes: { c: { host: "z", hostName: "" } } })).toEqual([
      "fail",
      "member-missing c",
      "member-surplus z",
    ]);
  });

  it("a node known by its address alone may be a member whose address is not known", () => {
    const unknown = NAMES.map((name) => `member-unidentified ${name}`);
    expect(answer({ nodes: anonymous, resolve: undefined })).toEqual([
      "inconclusive",
      ...unknown,
      "evidence-missing n1",
    ]);
    expect(answer({ nodes: { ...anonymous, c: null }, resolve: undefined })).toEqual([
      "inconclusive",
      ...unknown,
      "evidence-missing n1",
    ]);
    expect(answer({ nodes: { ...anonymous, e: { hostName: "" } }, resolve: undefined })).toEqual([
      "fail",
      ...unknown,
      "member-surplus n1",
      "evidence-missing n1",
    ]);
    expect(judge({ nodes: { ...anonymous, e: { hostName: "" } }, resolve: undefined }).findings[4]).toMatchObject({
      message: "The IMEX domain has 1 nodes too many; which ones cannot be told.",
      expected: "4 nodes",
      observed: "5 nodes",
      evidence: [{ probe: "imex-domain" }],
    });
    expect(
      answer({
        nodes: { c: { hostName: "c.rack.internal" } },
        resolve: { stdout: "a\t10.0.0.1\nb\t10.0.0.2\nd\t10.0.0.4\n" },
      }),
    ).toEqual(["inconclusive", "member-unidentified c", "member-resolution-unknown c"]);
  });

  it.each(["! no", "127.0.0.2"])(
    "a node of another host name is no member whose name leads nowhere (%s)",
    (nowhere) => {
      const found = (hostName: string): string[] =>
        answer({
          nodes: { c: { hostName } },
          resolve: { stdout: `a\t10.0.0.1\nb\t10.0.0.2\nc\t${nowhere}\nd\t10.0.0.4\n` },
        });
      expect(found("z")).toEqual(["fail", "member-missing c", "member-surplus z", "member-unresolved c"]);
      for (const hostName of ["N/A", "C.rack.internal"])
        expect(found(hostName)).toEqual(["fail", "member-unidentified c", "member-unresolved c"]);
    },
  );

  it("a node at an address that is nobody's is a stranger, and the member whose address is free is missing", () => {
    expect(answer({ nodes: { c: { host: "10.0.0.77", hostName: "" } } })).toEqual([
      "fail",
      "member-missing c",
      "member-surplus 10.0.0.77",
    ]);
    expect(answer({ nodes: { c: { host: "127.0.0.2", hostName: "N/A" } }, model: "dns-slots" })).toEqual([
      "fail",
      "member-missing c",
    ]);
  });

  it("an address that two members share tells neither", () => {
    const resolve = { stdout: "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.4\nd\t10.0.0.4\n" };
    expect(answer({ nodes: { ...anonymous, c: null }, resolve })).toEqual([
      "fail",
      "member-unidentified c",
      "member-unidentified d",
      "member-address-shared c",
      "member-address-shared d",
    ]);
  });

  it("two nodes that say they are one member: the one at its address is, the other is too many", () => {
    for (const nodes of [
      { b: { hostName: "a" } },
      { a: { host: "10.0.0.2" }, b: { hostName: "a", host: "10.0.0.1" } },
    ]) {
      expect(answer({ nodes })).toEqual(["fail", "member-missing b", "member-surplus a"]);
      expect(answer({ nodes, model: "dns-slots" })).toEqual(["fail", "member-missing b", "member-unidentified a"]);
    }
    expect(judge({ nodes: { e: { hostName: "a" } }, model: "dns-slots" })).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "member-unidentified",
          expected: "a",
          observed: "node 4",
          message: "More than one node of the IMEX domain says that it is a.",
          evidence: [{ path: "/nodes/4/host" }],
        },
      ],
    });
    expect(judge({ nodes: { b: { hostName: "a" } } }).findings[1]).toMatchObject({ observed: "node 1: 10.0.0.2 a" });
  });
});
