import { describe, expect, it } from "vitest";
import { ADDRESSES, answer, judge, NAMES } from "../test/names-case.ts";

describe("I3 each member's name leads to one machine of its own", () => {
  it.each([
    ["one IPv4 address", "10.0.0.3"],
    ["the same address twice", "10.0.0.3 10.0.0.3"],
    ["one IPv6 address beside it", "10.0.0.3 fd00::3"],
    ["the IPv6 address first, in two spellings", "fd00::3  fd00:0:0:0:0:0:0:3 10.0.0.3"],
    ["an IPv6 address with a zone", "fe80::1%eth0 10.0.0.3"],
  ])("%s is right", (_, answers) => {
    expect(answer({ resolve: `a\t10.0.0.1\nb\t10.0.0.2\n\nc\t${answers}\n` })).toEqual(["pass"]);
  });

  it.each([
    ["an error", "! Name or service not known", "Name or service not known", /does not resolve on this node/],
    ["a passing error", "!Temporary failure", "Temporary failure", /does not resolve/],
    ["the sentinel", "127.0.0.2", "127.0.0.2", /loopback address, the sentinel/],
    ["any loopback address", "127.255.3.4", "127.255.3.4", /sentinel/],
    ["the sentinel beside its address", "10.0.0.3 127.0.1.1", "10.0.0.3 127.0.1.1", /sentinel/],
    ["no address at all", "", "", /0 IPv4 and 0 IPv6/],
    ["two IPv4 addresses", "10.0.0.3 10.0.0.4", "10.0.0.3 10.0.0.4", /2 IPv4 and 0 IPv6/],
    ["two IPv6 addresses beside it", "10.0.0.3 fd00::3 fd00::4", "10.0.0.3 fd00::3 fd00::4", /1 IPv4 and 2 IPv6/],
  ])("%s is a fail by configuration, although the domain is UP", (_, answers, observed, message) => {
    const { verdict, findings } = judge({ resolve: `a\t10.0.0.1\nb\t10.0.0.2\nc\t${answers}\n` });
    expect(verdict).toBe("fail");
    expect(findings).toEqual([
      {
        code: "member-unresolved",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "c" },
        message: expect.stringMatching(message) as string,
        expected: "exactly one IPv4 address outside 127.0.0.0/8",
        observed,
        evidence: [{ probe: "imex-resolve", line: 3 }],
      },
    ]);
  });

  it("an IPv6 address alone is none; nor is it the one the domain prints", () => {
    expect(answer({ resolve: "a\t10.0.0.1\nb\t10.0.0.2\nc\tfd00::3\n" })).toEqual([
      "fail",
      "member-address-differs c",
      "member-unresolved c",
    ]);
    expect(
      answer({
        resolve: "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3 fd00::3\n",
        hosts: ["10.0.0.1", "10.0.0.2", "fd00:0::3"],
      }),
    ).toEqual(["pass"]);
  });

  it("two lines for a name are one answer; two that contradict each other are none", () => {
    expect(answer({ resolve: "c\t10.0.0.3\na\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3\n" })).toEqual(["pass"]);
    const twice = judge({ resolve: "c\t10.0.0.3\na\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.9\n" });
    expect(twice.findings).toMatchObject([
      { code: "member-unresolved", observed: "10.0.0.3 10.0.0.9", evidence: [{ probe: "imex-resolve", line: 1 }] },
    ]);
    const mixed = judge({ resolve: "c\t10.0.0.3\na\t10.0.0.1\nb\t10.0.0.2\nc\t! no\n" });
    expect(mixed.findings).toMatchObject([
      { code: "member-resolution-unknown", observed: "10.0.0.3; no", evidence: [{ probe: "imex-resolve", line: 4 }] },
    ]);
    expect(answer({ resolve: "c\t! no\na\t10.0.0.1\nb\t10.0.0.2\nc\t! not\n" })).toEqual([
      "fail",
      "member-unresolved c",
    ]);
  });

  it("two members on one address are both named", () => {
    const { verdict, findings } = judge({
      resolve: "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.2\n",
      hostNames: ["a", "b", "c"],
      hosts: ["10.0.0.1", "10.0.0.2", "10.0.0.2"],
    });
    expect(verdict).toBe("fail");
    expect(findings).toEqual(
      [
        ["b", "c", 2],
        ["c", "b", 3],
      ].map(([name, other, line]) => ({
        code: "member-address-shared",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: name },
        message: `The member ${String(name)} has the same address as ${String(other)}.`,
        expected: "an address of its own",
        observed: "10.0.0.2",
        evidence: [{ probe: "imex-resolve", line }],
      })),
    );
    expect(
      answer({
        members: ["a", "10.0.0.1", "c"],
        nodes: "a\n10.0.0.1\nc\n",
        resolve: "a\t10.0.0.1\nc\t10.0.0.3\n",
        hosts: ["10.0.0.1", "10.0.0.3"],
        hostNames: ["a", "c"],
      }),
    ).toContain("member-address-shared 10.0.0.1");
    expect(answer({ resolve: "a\t10.0.0.1\nb\t127.0.0.2\nc\t127.0.0.2\n" })).toEqual([
      "fail",
      "member-unresolved b",
      "member-unresolved c",
    ]);
  });

  it("another address than the domain prints for the member is a fail", () => {
    const { verdict, findings } = judge({ resolve: "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.9\n" });
    expect(verdict).toBe("fail");
    expect(findings).toMatchObject([
      {
        code: "member-address-differs",
        cause: "configuration",
        scope: { kind: "node", id: "c" },
        expected: "10.0.0.9",
        observed: "10.0.0.3",
        evidence: [
          { probe: "imex-domain", path: "/nodes/2/host" },
          { probe: "imex-resolve", line: 3 },
        ],
      },
    ]);
    expect(answer({ hosts: ["a", "b", "c"] })).toEqual(["pass"]);
  });

  it("members given as addresses need no resolver, in any spelling", () => {
    expect(answer({ members: ADDRESSES, nodes: ADDRESSES.join("\n"), resolve: undefined })).toEqual(["pass"]);
    expect(
      answer({
        members: ["fd00::1", "fd00::2", "FD00::0:3"],
        nodes: "fd00:0:0:0:0:0:0:1\nfd00::0002\nfd00::3\n",
        resolve: { stdout: "", exitCode: 127 },
        hosts: ["fd00::1", "fd00::2", "fd00::3"],
        hostNames: ["N/A", "", "n/a"],
      }),
    ).toEqual(["pass"]);
  });

  it("a member given twice is one member", () => {
    expect(answer({ members: [...NAMES, "a"] })).toEqual(["pass"]);
    expect(answer({ members: [...ADDRESSES, "10.0.0.1"], nodes: ADDRESSES.join("\n"), resolve: undefined })).toEqual([
      "pass",
    ]);
  });

  it("names that are no members may lead anywhere", () => {
    expect(
      answer({ resolve: "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3\nold\t127.0.0.2\nolder\t! no\noldest\t?\n" }),
    ).toEqual(["pass"]);
  });

  it("no line for a member is inconclusive, unless the nodes file lacks it too", () => {
    const { findings } = judge({ resolve: "a\t10.0.0.1\nb\t10.0.0.2\n" });
    expect(findings).toEqual([
      {
        code: "member-resolution-unknown",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: "c" },
        message: "The resolver has no line for the member c.",
        expected: "exactly one IPv4 address outside 127.0.0.0/8",
        evidence: [],
      },
    ]);
    expect(answer({ resolve: "a\t10.0.0.1\nb\t10.0.0.2\n", nodes: "a\nb\n" })).toEqual([
      "fail",
      "nodes-entry-missing c",
    ]);
    expect(answer({ resolve: "a\t10.0.0.1\n", nodes: "a\nb\n" })).toEqual([
      "fail",
      "nodes-entry-missing c",
      "member-resolution-unknown b",
    ]);
    expect(answer({ resolve: "a\t10.0.0.1\nb\t10.0.0.2\n", nodes: undefined })).toEqual([
      "inconclusive",
      "evidence-missing n1",
      "member-resolution-unknown c",
    ]);
    expect(answer({ resolve: "a\t10.0.0.1\nb\t10.0.0.2\nc\t! no\n", nodes: "a\nb\n" })).toEqual([
      "fail",
      "nodes-entry-missing c",
      "member-unresolved c",
    ]);
  });

  it.each(["10.0.0.300", "10.0.0.3,10.0.0.4", "somewhere 10.0.0.3", "10.0.0.3\uFFFD"])(
    "the answer %j cannot be read",
    (text) => {
      const { verdict, findings } = judge({
        resolve: { stdout: `a\t10.0.0.1\nb\t10.0.0.2\nc\t${text}\n`, stdoutDamaged: text.includes("\uFFFD") },
      });
      expect(verdict).toBe("inconclusive");
      expect(findings).toMatchObject([
        {
          code: "member-resolution-unknown",
          scope: { kind: "node", id: "c" },
          message: "What the resolver says of the member c cannot be read.",
          observed: text,
          evidence: [{ probe: "imex-resolve", line: 3 }],
        },
      ]);
    },
  );

  it("a resolver that cannot be used is inconclusive while a member is a name", () => {
    expect(answer({ resolve: undefined })).toEqual(["inconclusive", "evidence-missing n1"]);
    for (const stdout of ["a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3", "a 10.0.0.1\nb 10.0.0.2\nc 10.0.0.3\n"])
      expect(answer({ resolve: stdout })).toEqual(["inconclusive", "evidence-unusable n1"]);
    expect(answer({ resolve: { stdout: "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3\n", exitCode: 126 } })).toEqual([
      "inconclusive",
      "evidence-unusable n1",
    ]);
    expect(
      answer({ resolve: { stdout: "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3\n\uFFFD\n", stdoutDamaged: true } }),
    ).toEqual(["pass"]);
    expect(answer({ resolve: "", nodes: "" })).toEqual(["fail", ...NAMES.map((name) => `nodes-entry-missing ${name}`)]);
  });
});
