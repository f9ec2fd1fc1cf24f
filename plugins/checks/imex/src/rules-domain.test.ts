import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const NAMES = ["a", "b", "c", "d"];

interface Node {
  readonly status?: unknown;
  readonly host?: unknown;
  readonly hostName?: unknown;
  readonly version?: unknown;
}
interface Case {
  readonly members?: readonly string[];
  readonly model?: string;
  readonly version?: string;
  readonly status?: unknown;
  /** Changes to the nodes of the four members, by name; a further name is a further node; null takes one away. */
  readonly nodes?: Readonly<Record<string, Node | null>>;
  /** Status words by direction, such as `ab`; null = not listed. */
  readonly pairs?: Readonly<Record<string, unknown>>;
  readonly resolve?: ProbeSketch | undefined;
  readonly domain?: ProbeSketch;
}

const addressOf = (name: string): string => `10.0.0.${String(name.charCodeAt(0) - 96)}`;

function document({ status = "UP", nodes = {}, pairs = {} }: Case): string {
  const listed = [...new Set([...NAMES, ...Object.keys(nodes)])].filter((name) => nodes[name] !== null);
  const entries = listed.map((name, index) => {
    const connections = listed.flatMap((peer, to) =>
      pairs[name + peer] === null ? [] : [[to, { host: "x", status: pairs[name + peer] ?? "CONNECTED" }]],
    );
    return [
      index,
      {
        status: "READY",
        host: addressOf(name),
        hostName: name,
        version: "580.1",
        connections: Object.fromEntries(connections) as unknown,
        ...nodes[name],
      },
    ];
  });
  return JSON.stringify({ nodes: Object.fromEntries(entries) as unknown, timestamp: "1/1/2026 00:00:00.000", status });
}

function judge(given: Case = {}): CheckJudgement {
  const {
    members = NAMES,
    model = "host",
    version,
    resolve = { stdout: NAMES.map((name) => `${name}\t${addressOf(name)}\n`).join("") },
  } = given;
  return runCheck(
    check,
    evidenceOf({
      node: { name: "n1" },
      probes: {
        "imex-local": { stdout: "READY\n" },
        "imex-domain": given.domain ?? { stdout: document(given) },
        "imex-nodes": { stdout: members.map((member) => `${member}\n`).join("") },
        ...("resolve" in given && given.resolve === undefined ? {} : { "imex-resolve": resolve }),
      },
    }),
    { imex: { model, members, domainActive: true, version } },
  );
}

/** The verdict, then `code scope` of each finding. */
const answer = (given: Case = {}): string[] => {
  const { verdict, findings } = judge(given);
  return [verdict, ...findings.map(({ code, scope }) => `${code} ${scope.id}`)];
};
/** Both directions between a name and every other one. */
const around = (name: string, word: unknown): Record<string, unknown> =>
  Object.fromEntries(
    NAMES.filter((other) => other !== name).flatMap((other) => [
      [name + other, word],
      [other + name, word],
    ]),
  );
const both = (pair: string, word: unknown): Record<string, unknown> => ({
  [pair]: word,
  [`${pair.charAt(1)}${pair.charAt(0)}`]: word,
});

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

describe("I6 versions", () => {
  const versions = (...shown: unknown[]): Record<string, Node> =>
    Object.fromEntries(NAMES.map((name, index) => [name, { version: shown[index] }]));

  it("the minority is named, and all of them on a tie", () => {
    const { verdict, findings } = judge({ nodes: versions("580.1", "580.1", "570.9", "580.1") });
    expect(verdict).toBe("fail");
    expect(findings).toEqual([
      {
        code: "version-differs",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "c" },
        message: "The member c runs another IMEX version than most members.",
        expected: "580.1",
        observed: "570.9",
        evidence: [{ probe: "imex-domain", path: "/nodes/2/version" }],
      },
    ]);
    expect(answer({ nodes: versions("2", "1", "1", "1") })).toEqual(["fail", "version-differs a"]);
    expect(answer({ nodes: versions("1", "1", "2", "3") })).toEqual(["fail", "version-differs c", "version-differs d"]);
    const tie = judge({ nodes: versions("1", "2", "2", "1") });
    expect(tie.findings.map(({ scope, expected, message }) => [scope.id, expected, message])).toEqual(
      NAMES.map((name) => [name, "one version", `The member ${name} runs another IMEX version than others.`]),
    );
    expect(answer({ nodes: versions("1", "1", "2", "2"), model: "dns-slots" })).toEqual([
      "fail",
      ...NAMES.map((name) => `version-differs ${name}`),
    ]);
    expect(answer({ nodes: versions("1", "", "NO_GPU", "2") })).toEqual([
      "fail",
      "version-differs a",
      "version-differs d",
    ]);
  });

  it("a version that is expected must be shown, and be that one", () => {
    expect(answer({ version: "580.1" })).toEqual(["pass"]);
    for (const hidden of ["", "NO_GPU", "no_gpu", "N/A", undefined, 580.1]) {
      expect(answer({ nodes: { b: { version: hidden } } })).toEqual(["pass"]);
      expect(judge({ nodes: { b: { version: hidden } }, version: "580.1" })).toMatchObject({
        verdict: "inconclusive",
        findings: [
          {
            code: "version-not-shown",
            cause: "tool",
            scope: { kind: "node", id: "b" },
            expected: "580.1",
            evidence: [{ path: "/nodes/1/version" }],
          },
        ],
      });
    }
    expect(judge({ version: "590.1" }).findings).toMatchObject(
      NAMES.map((name) => ({
        code: "version-unexpected",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: name },
        expected: "590.1",
        observed: "580.1",
      })),
    );
  });

  it("members that are UNAVAILABLE and nodes that are no members are not compared", () => {
    expect(answer({ nodes: { d: { status: "UNAVAILABLE", version: "1" } }, version: "580.1" })).toEqual([
      "fail",
      "member-unavailable d",
    ]);
    expect(answer({ nodes: { e: { version: "1" } }, model: "dns-slots", version: "580.1" })).toEqual(["pass"]);
  });
});

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
