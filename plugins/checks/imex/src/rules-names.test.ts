import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { parseAddress } from "./address.ts";
import check from "./index.ts";

const NAMES = ["a", "b", "c"];
const ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

interface Case {
  readonly members?: readonly string[];
  readonly model?: string;
  /** Text of the nodes file, or how its probe went. */
  readonly nodes?: string | ProbeSketch | undefined;
  readonly resolve?: string | ProbeSketch | undefined;
  /** Host of each node of the domain; host names are NAMES unless `anonymous`. */
  readonly hosts?: readonly string[];
  readonly hostNames?: readonly string[];
}

function judge(given: Case = {}): CheckJudgement {
  const {
    members = NAMES,
    model = "host",
    nodes = "a\nb\nc\n",
    resolve = "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3\n",
    hosts = ADDRESSES,
    hostNames = NAMES,
  } = given;
  const entries = hosts.map((host, index) => [
    index,
    {
      status: "READY",
      host,
      hostName: hostNames[index],
      connections: Object.fromEntries(hosts.map((_, peer) => [peer, { status: "CONNECTED" }])),
    },
  ]);
  const sketch = (value: string | ProbeSketch): ProbeSketch => (typeof value === "string" ? { stdout: value } : value);
  return runCheck(
    check,
    evidenceOf({
      node: { name: "n1" },
      probes: {
        "imex-local": { stdout: "READY\n" },
        "imex-domain": { stdout: JSON.stringify({ nodes: Object.fromEntries(entries) as unknown, status: "UP" }) },
        ...("nodes" in given && given.nodes === undefined ? {} : { "imex-nodes": sketch(nodes) }),
        ...("resolve" in given && given.resolve === undefined ? {} : { "imex-resolve": sketch(resolve) }),
      },
    }),
    { imex: { model, members, domainActive: true } },
  );
}

/** The verdict, then `code scope` of each finding. */
const answer = (given: Case): string[] => {
  const { verdict, findings } = judge(given);
  expect(findings.every((finding) => finding.scope.kind === "node")).toBe(true);
  return [verdict, ...findings.map(({ code, scope }) => `${code} ${scope.id}`)];
};

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

describe("I4 the nodes file names the members", () => {
  it.each([
    "c\na\nb\n",
    "a\nb\nc",
    "# rack\n\n  a \r\nb\t# second\r\n\r\nc\r\n   # end",
    "a\na\nb\nc\nb\n",
    "#\uFEFF\na\nb\nc\n",
  ])("%j is right", (nodes) => {
    expect(answer({ nodes })).toEqual(["pass"]);
    expect(answer({ nodes, model: "dns-slots" })).toEqual(["pass"]);
  });

  it("the missing and the surplus entry are named, with their place", () => {
    const { verdict, findings } = judge({ nodes: "# r\nz\na\nx y\nb\n" });
    expect(verdict).toBe("fail");
    expect(findings).toEqual([
      {
        code: "nodes-entry-missing",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "c" },
        message: "The nodes file of this node lacks the member c.",
        expected: "c",
        evidence: [{ probe: "imex-nodes" }],
      },
      {
        code: "nodes-entry-surplus",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "x y" },
        message: "The nodes file of this node names x y, which is no member.",
        observed: "x y",
        evidence: [{ probe: "imex-nodes", line: 4 }],
      },
      {
        code: "nodes-entry-surplus",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "z" },
        message: "The nodes file of this node names z, which is no member.",
        observed: "z",
        evidence: [{ probe: "imex-nodes", line: 2 }],
      },
    ]);
    expect(answer({ nodes: "\uFEFFa\nb\nc\n" })).toEqual([
      "fail",
      "nodes-entry-missing a",
      "nodes-entry-surplus \uFEFFa",
    ]);
    expect(answer({ nodes: "a#1\nA\nb\nc\n" })).toEqual([
      "fail",
      "nodes-entry-missing a",
      "nodes-entry-surplus A",
      "nodes-entry-surplus a#1",
    ]);
  });

  it("active per-domain: equal too; dns-slots: contained", () => {
    expect(answer({ nodes: "a\nb\nc\nd\n", model: "per-domain" })).toEqual(["fail", "nodes-entry-surplus d"]);
    expect(answer({ nodes: "a\nb\nc\nd\n", model: "dns-slots" })).toEqual(["pass"]);
    expect(answer({ nodes: "a\nb\nd\n", model: "dns-slots" })).toEqual(["fail", "nodes-entry-missing c"]);
  });

  it("an empty file is an empty list", () => {
    for (const nodes of ["", "\n", "# nobody\n"])
      expect(answer({ nodes })).toEqual(["fail", ...NAMES.map((name) => `nodes-entry-missing ${name}`)]);
  });

  it("a file that is not there fails, one that may not be read is inconclusive", () => {
    const cat = (words: string, stdout = ""): ProbeSketch => ({ stdout, stderr: `${words}\n`, exitCode: 1 });
    const { verdict, findings } = judge({
      nodes: cat("\ncat: /etc/nvidia-imex/nodes_config.cfg: No such file or directory"),
      resolve: "",
    });
    expect(verdict).toBe("fail");
    expect(findings.slice(1)).toMatchObject(
      NAMES.map((name) => ({
        code: "nodes-entry-missing",
        cause: "configuration",
        scope: { kind: "node", id: name },
        evidence: [{ probe: "imex-nodes" }],
      })),
    );
    expect(findings.slice(0, 1)).toEqual([
      {
        code: "nodes-file-missing",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "n1" },
        message: "There is no IMEX nodes file on this node.",
        expected: "a, b, c",
        evidence: [{ probe: "imex-nodes", stream: "err", line: 2 }],
      },
    ]);
    const denied = judge({ nodes: cat("cat: nodes_config.cfg: Permission denied") });
    expect(denied).toMatchObject({
      verdict: "inconclusive",
      findings: [
        {
          code: "evidence-unusable",
          message:
            "The probe imex-nodes cannot be used: it ended with exit code 1 (cat: nodes_config.cfg: Permission denied).",
        },
      ],
    });
    expect(judge({ nodes: { stdout: "", exitCode: 1 } }).findings[0]?.message).toBe(
      "The probe imex-nodes cannot be used: it ended with exit code 1.",
    );
    expect(answer({ nodes: cat("cat: x: No such file or directory", "a\nb\nc\n") })).toEqual([
      "inconclusive",
      "evidence-unusable n1",
    ]);
    expect(answer({ nodes: { startError: "not-found" } })).toEqual(["inconclusive", "evidence-unusable n1"]);
  });

  it("damaged bytes spoil an entry, not a comment", () => {
    expect(answer({ nodes: { stdout: "# \uFFFD\na\nb\nc\n", stdoutDamaged: true } })).toEqual(["pass"]);
    expect(judge({ nodes: { stdout: "a\nb\uFFFD\nc\n", stdoutDamaged: true } })).toMatchObject({
      verdict: "inconclusive",
      findings: [{ code: "evidence-unusable", evidence: [{ probe: "imex-nodes", line: 2 }] }],
    });
  });

  it("where further entries are allowed, a file without its last newline may have been cut", () => {
    const resolve = "a\t10.0.0.1\nb\t10.0.0.2\nc\t10.0.0.3\nslot-4\t127.0.0.2\n";
    expect(answer({ model: "dns-slots", resolve, nodes: "a\nb\nc\nslot-4" })).toEqual(["pass"]);
    for (const nodes of ["a\nb\nc", "a\nb\nc\nslot-", "a\nb\nc\nslot-5", "a\nb\nc\nslot-4\nslot-5"])
      expect(answer({ model: "dns-slots", resolve, nodes })).toEqual(["inconclusive", "evidence-unusable n1"]);
    expect(judge({ model: "dns-slots", resolve, nodes: "a\nb\nc\nslot-" }).findings[0]).toMatchObject({
      cause: "tool",
      message: expect.stringContaining("may have been cut") as string,
      evidence: [{ probe: "imex-nodes", line: 4 }],
    });
    expect(answer({ model: "dns-slots", members: ["a"], resolve: "", nodes: "" })).toEqual([
      "fail",
      "nodes-entry-missing a",
    ]);
  });
});

describe("addresses", () => {
  it.each([
    ["10.0.0.1", 4, "10.0.0.1", false],
    ["127.0.0.1", 4, "127.0.0.1", true],
    ["0.0.0.0", 4, "0.0.0.0", false],
    ["255.255.255.255", 4, "255.255.255.255", false],
    ["::", 6, "0:0:0:0:0:0:0:0", false],
    ["::1", 6, "0:0:0:0:0:0:0:1", false],
    ["FD00::A", 6, "fd00:0:0:0:0:0:0:a", false],
    ["1:2:3:4:5:6:7:8", 6, "1:2:3:4:5:6:7:8", false],
    ["1:2:3:4:5:6:7::", 6, "1:2:3:4:5:6:7:0", false],
    ["::ffff:10.0.0.1", 6, "0:0:0:0:0:ffff:a00:1", false],
    ["1:2:3:4:5:6:1.2.3.4", 6, "1:2:3:4:5:6:102:304", false],
    ["fe80::1%eth0", 6, "fe80:0:0:0:0:0:0:1%eth0", false],
  ] as const)("%s", (text, family, canonical, sentinel) => {
    expect(parseAddress(text)).toEqual({ family, canonical, sentinel });
  });

  it.each([
    "",
    "a",
    "10.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "10.0.0.1.2",
    "10.0.0.1 ",
    "1000.0.0.1",
    "10.0.0.x",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    ":::",
    "1:2:3:4:5:6:7:8::",
    "12345::",
    "g::",
    "::1%",
    "::1%a%b",
    "1.2.3.4::",
    "::1.2.3",
    "1:2:3:4:5:6:7:1.2.3.4",
    "10.0.0.1%eth0",
    "x.10.0.0.1",
    `::${"0".repeat(100)}`,
  ])("%j is none", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
