import type { Finding } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const MEMBERS = ["t0", "t1", "t2", "t3"];
const FILE = "t0\nt1\nt2\nt3\n";
const RESOLVE = "t0\t10.0.0.1\nt1\t10.0.0.2\nt2\t10.0.0.3\nt3\t10.0.0.4\n";

interface Bundle {
  readonly name: string;
  readonly nodes?: string | ProbeSketch | undefined;
  readonly resolve?: string;
  /** Version of each member, by position, as this node sees it. */
  readonly versions?: readonly string[];
  readonly domain?: ProbeSketch;
  readonly imex?: unknown;
}

const domainOf = (versions: readonly string[], status = "READY", named = true): ProbeSketch => ({
  stdout: JSON.stringify({
    nodes: Object.fromEntries(
      versions.map((version, index) => [
        index,
        { status, host: `10.0.0.${String(index + 1)}`, hostName: named ? `t${String(index)}` : "", version },
      ]),
    ),
    status: "UP",
  }),
});
const bundle = (given: Bundle) => {
  const {
    name,
    nodes = FILE,
    resolve = RESOLVE,
    versions = ["1", "1", "1", "1"],
    domain = domainOf(versions),
    imex = { model: "host", members: MEMBERS },
  } = given;
  const probes = {
    "imex-domain": domain,
    "imex-resolve": { stdout: resolve },
    ...("nodes" in given && given.nodes === undefined
      ? {}
      : { "imex-nodes": typeof nodes === "string" ? { stdout: nodes } : nodes }),
  };
  return { evidence: evidenceOf({ node: { name, rack: "r1" }, probes }), expected: imex === null ? {} : { imex } };
};
const judge = (bundles: readonly Bundle[]): readonly Finding[] => check.judgeRack?.(bundles.map(bundle)) ?? [];
const named = (bundles: readonly Bundle[]): string[] =>
  judge(bundles).map(({ code, scope }) => `${code} ${scope.kind} ${scope.id}`);
/** The four members, with changes by name. */
const rack = (changes: Readonly<Record<string, Partial<Bundle>>> = {}, all: Partial<Bundle> = {}): Bundle[] =>
  MEMBERS.map((name) => ({ name, ...all, ...changes[name] }));

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
        "Node #0   - 10.9.9.1 - READY - Version: 1\nNode #1   * 10.9.9.2 * - READY - Version: 2\nDomain State: UP\n",
    };
    expect(named(rack({ t2: { domain: starred, resolve: "" } }))).toEqual(["rack-version-differs node t2"]);
    const foreign = {
      stdout:
        '{"nodes":{"0":{"hostName":"x","version":"3"},"1":{"hostName":"T2.rack.internal","version":"2"}},"status":"UP"}',
    };
    expect(named(rack({ t2: { domain: foreign, resolve: "" } }))).toEqual(["rack-version-differs node t2"]);
  });
});

describe("the rack's members", () => {
  it("without a bundle are inconclusive and named", () => {
    expect(judge(rack().slice(0, 3))).toEqual([
      {
        code: "rack-member-missing",
        verdict: "inconclusive",
        cause: "tool",
        scope: { kind: "node", id: "t3" },
        message: "The member t3 of the IMEX domain has no bundle in this rack.",
        expected: "t3",
        observed: "no bundle",
        evidence: [],
      },
    ]);
    expect(named(rack({ t1: { nodes: "x\n" } }).slice(0, 3))).toEqual([
      "rack-member-missing node t3",
      "rack-nodes-file-differs node t1",
    ]);
  });

  it("are known by name, by the name up to the first dot, or by the resolver's address", () => {
    const called = (name: string, more: Partial<Bundle> = {}): string[] =>
      named([...rack().slice(0, 3), { name, ...more }]);
    expect(called("T3")).toEqual([]);
    expect(called("t3.az.internal")).toEqual([]);
    expect(called("host-77", { resolve: `${RESOLVE}host-77\t10.0.0.4\n` })).toEqual([]);
    expect(called("host-77", { resolve: `${RESOLVE}HOST-77.az\t127.0.0.2 10.0.0.4\n` })).toEqual([]);
    expect(called("host-77", { resolve: `${RESOLVE}host-77\t10.0.0.9\n` })).toEqual(["rack-member-missing node t3"]);
    expect(called("host-77", { resolve: `${RESOLVE}host-77\t! no\n` })).toEqual(["rack-member-missing node t3"]);
    expect(called("t3x")).toEqual(["rack-member-missing node t3"]);
    expect(called(".t3")).toEqual(["rack-member-missing node t3"]);
  });

  it("a member is named as the expectation writes it; a node that is no member by its own name", () => {
    expect(named([...rack().slice(0, 3), { name: "t3.az.internal", nodes: "x\n" }])).toEqual([
      "rack-nodes-file-differs node t3",
    ]);
    expect(named([...rack(), { name: "stray", nodes: "x\n" }])).toEqual(["rack-nodes-file-differs node stray"]);
    expect(named([...rack().slice(0, 3), { name: "T3" }, { name: "t3", nodes: "x\n" }])).toEqual([
      "rack-nodes-file-differs node t3",
    ]);
  });

  it("given as addresses are known by the domain's own node, never by their first octet", () => {
    const members = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"];
    const imex = { model: "host", members };
    expect(named(rack({}, { imex, resolve: "" }))).toEqual([]);
    expect(named(rack({ t1: { nodes: "x\n" } }, { imex, resolve: "" }))).toEqual([
      "rack-nodes-file-differs node 10.0.0.2",
    ]);
    expect(named(members.map((_, index) => ({ name: `10.7.7.${String(index)}`, imex, resolve: "" })))).toEqual(
      members.map((member) => `rack-member-missing node ${member}`),
    );
    const text = (own: number): ProbeSketch => ({
      stdout: `${members.map((address, index) => `Node #${String(index)} ${index === own ? `* ${address} *` : `- ${address}`} - READY\n`).join("")}Domain State: UP\n`,
    });
    expect(named(MEMBERS.map((name, own) => ({ name, imex, resolve: "", domain: text(own) })))).toEqual([]);
  });

  it("two members whose names are alike up to the first dot are told apart by the whole name", () => {
    const members = ["t0.west", "t0.east"];
    const imex = { model: "host", members };
    expect(
      named([
        { name: "t0.east", imex, nodes: "x\n" },
        { name: "t0.west", imex },
      ]),
    ).toEqual(["rack-nodes-file-differs node t0.east", "rack-nodes-file-differs node t0.west"]);
    expect(named([{ name: "t0.east", imex }])).toEqual(["rack-member-missing node t0.west"]);
    expect(named([{ name: "t0.east", imex: { model: "host", members: ["t0", "t0.east"] } }])).toEqual([
      "rack-member-missing node t0",
    ]);
  });

  it("only nodes where IMEX should run ask for them", () => {
    for (const imex of [
      null,
      {},
      { members: MEMBERS },
      { model: "host" },
      { model: "host", members: [] },
      { model: "per-domain", members: MEMBERS, domainActive: false },
      { model: "per-domain", members: MEMBERS },
    ])
      expect(judge(rack({ t1: { nodes: "x\n" } }, { imex }).slice(0, 2))).toEqual([]);
    for (const imex of [
      { model: "per-domain", members: MEMBERS, domainActive: true },
      { model: "dns-slots", members: MEMBERS },
    ])
      expect(named(rack({ t1: { nodes: "x\n" } }, { imex }))).toEqual(["rack-nodes-file-differs node t1"]);
    // A node without expectations of its own is still somebody's member.
    expect(named(rack({ t1: { nodes: "x\n", imex: {} } }))).toEqual(["rack-nodes-file-differs node t1"]);
  });

  it("two domains of one rack are compared apart, and a node that two lists share is named once", () => {
    const left = { imex: { model: "host", members: ["t0", "t1"] }, nodes: "t0\nt1\n" };
    const right = { imex: { model: "host", members: ["t3", "t2"] }, nodes: "t2\nt3\n" };
    expect(
      judge([
        ...MEMBERS.slice(0, 2).map((name) => ({ name, ...left })),
        ...MEMBERS.slice(2).map((name) => ({ name, ...right })),
      ]),
    ).toEqual([]);
    const reordered = { imex: { model: "host", members: ["t3", "t2", "t1", "t0", "t0"] } };
    expect(named(rack({ t0: reordered }).slice(0, 3))).toEqual(["rack-member-missing node t3"]);
    const wider = { imex: { model: "host", members: [...MEMBERS, "t9"] } };
    expect(named(rack({ t0: wider }).slice(0, 3))).toEqual([
      "rack-member-missing node t3",
      "rack-member-missing node t9",
    ]);
  });
});
