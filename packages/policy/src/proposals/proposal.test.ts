import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Clusters, CLUSTERS_SCHEMA } from "../lanes/clusters.ts";
import { Lane, LANE_SCHEMA } from "../lanes/lane.ts";
import { bindingOf, canonicalJson } from "./binding.ts";
import { lacking, relaxations } from "./completeness.ts";
import { concernedClusters, Owners, OWNERS_SCHEMA, requiredOwners } from "./owners.ts";
import { Proposal, PROPOSAL_SCHEMA, ProposalState } from "./proposal.ts";
import { changedExpectations, relaxedLane } from "./relaxed.ts";
import { isExpired, mayBecome, moved, settled, standingOf, stateChanges, type Vouched } from "./state.ts";

const HASH = "a".repeat(64);
const NOW = Date.UTC(2026, 4, 28);
const owners = [
  { owner: "fleet-infra", segment: "fleet" as const, why: "owns oci-a" },
  { owner: "hwh", segment: null, why: "answers for thresholds" },
];

const proposal = (over: object = {}): Proposal =>
  Proposal.parse({
    schema: PROPOSAL_SCHEMA,
    id: "ten-passes",
    kind: "policy",
    title: "Ten passes",
    reason: "hours",
    author: "author",
    created: "2026-05-01T00:00:00Z",
    expires: "2026-06-01T00:00:00Z",
    state: "open",
    change: {
      diff: "--- a/lanes/slow.yaml\n",
      files: [{ path: "lanes/slow.yaml", before: HASH, after: HASH }],
      settings: [{ kind: "lane", name: "slow" }],
    },
    owners,
    history: [
      { at: "2026-05-01T00:00:00Z", by: "author", from: null, to: "draft", reason: "hours" },
      { at: "2026-05-02T00:00:00Z", by: "author", from: "draft", to: "open", reason: "hours" },
    ],
    ...over,
  });
const voice = (by: string, speaksFor: readonly string[], of: Proposal): Vouched => ({
  by,
  owners: speaksFor,
  binding: bindingOf(of),
});
const lane = (over: object = {}): Lane =>
  Lane.parse({ schema: LANE_SCHEMA, lane: "slow", kind: "slow", passes: 12, checks: ["dcdiag", "imex"], ...over });

describe("the file of a proposal", () => {
  it.each<[string, object, RegExp]>([
    [
      "a path out of the fleet",
      { change: { ...proposal().change, files: [{ path: "lanes/../../x.yaml", before: null, after: HASH }] } },
      /change\.files\.0\.path/,
    ],
    ["a file of another kind", { kind: "expectation" }, /change\.files\.0\.path/],
    ["a check without its commits", { kind: "check", change: { ...proposal().change, files: [] } }, /change\.check/],
    ["a state that its history does not tell", { state: "applied" }, /^state/],
    ["an expiry before its creation", { expires: "2026-04-01T00:00:00Z" }, /expires/],
    ["words of two lines", { title: "one\ntwo" }, /title/],
    [
      "an arm whose test tells nothing apart",
      {
        canary: {
          nodes: [],
          arm: { probability: 0.1, segment: "fleet", canaries: 9, stop: { p0: 0.3, p1: 0.1, alpha: 0.05, beta: 0.05 } },
        },
      },
      /canary\.arm\.stop/,
    ],
    ["a key that nobody knows", { approved: true }, /approved/],
    [
      "a gap in its history",
      { history: [{ at: "2026-05-01T00:00:00Z", by: "a", from: "draft", to: "open", reason: "x" }] },
      /history\.0\.from/,
    ],
  ])("refuses %s", (_name, over, where) => {
    const parsed = Proposal.safeParse({ ...proposal(), ...over });
    expect(parsed.error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("\n")).toMatch(where);
  });
});

describe("agreement", () => {
  const all = (of: Proposal): Vouched[] => [voice("one", ["fleet-infra"], of), voice("two", ["hwh"], of)];

  it("is complete when somebody speaks for every owner, and makes it approved", () => {
    const open = proposal();
    expect(standingOf(open, all(open).slice(0, 1), owners)).toMatchObject({
      complete: false,
      waiting: [{ owner: "hwh" }],
    });
    const standing = standingOf(open, all(open), owners);
    expect(standing).toMatchObject({ complete: true, waiting: [], void: [] });
    expect(settled(open, standing, NOW)).toMatchObject({
      state: "approved",
      history: [{}, {}, { from: "open", to: "approved", by: "policy" }],
    });
  });

  it("does not count the author's own, nor what was given to anything else", () => {
    const open = proposal();
    expect(standingOf(open, [voice("author", ["fleet-infra", "hwh"], open)], owners)).toMatchObject({
      complete: false,
      void: [{ by: "author", why: "an author's own approval does not count" }],
    });
    for (const [part, over] of Object.entries({
      diff: { change: { ...open.change, diff: "other" } },
      simulation: { simulation: [{ schema: "slipway/simulation@1" }] },
      backtest: { backtest: { schema: "slipway/backtest@1", judged: 1 } },
      terms: { owners: owners.slice(0, 1) },
    })) {
      const changed = proposal({
        ...over,
        state: "approved",
        history: [
          ...open.history,
          { at: "2026-05-03T00:00:00Z", by: "policy", from: "open", to: "approved", reason: "agreed" },
        ],
      });
      const standing = standingOf(changed, all(open), owners);
      expect(standing.void[0]?.why, part).toBe(`given to another ${part}`);
      expect(settled(changed, standing, NOW).state).toBe("open");
    }
  });

  it("asks whom the fleet's files name, whatever the proposal leaves out", () => {
    const open = proposal({ owners: owners.slice(1) });
    expect(standingOf(open, [voice("two", ["hwh"], open)], owners).waiting).toMatchObject([{ owner: "fleet-infra" }]);
    expect(standingOf(proposal({ owners: [] }), [], []).complete).toBe(false);
  });

  it("binds equal content alike, whatever the order of its keys", () => {
    expect(canonicalJson({ b: [1, { d: 1, c: null }], a: "x" })).toBe('{"a":"x","b":[1,{"c":null,"d":1}]}');
    const [a, b] = [
      proposal({ backtest: { schema: "slipway/backtest@1", judged: 1, errors: 0 } }),
      proposal({ backtest: { errors: 0, judged: 1, schema: "slipway/backtest@1" } }),
    ];
    expect(bindingOf(a)).toEqual(bindingOf(b));
  });
});

describe("states", () => {
  it("go only where they may, and a history only grows", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ProposalState.options), { maxLength: 12 }), (steps) => {
        let one = proposal();
        for (const to of steps) {
          const before = one;
          if (!mayBecome(one.state, to))
            expect(() => moved(before, to, { by: "x", reason: "y", at: NOW })).toThrow(RangeError);
          else one = moved(one, to, { by: "x", reason: "y", at: NOW });
          expect(one.history.slice(0, before.history.length)).toEqual(before.history);
        }
        expect(Proposal.safeParse(one).success).toBe(true);
        if (one.state === "applied") expect(one.history.some(({ to }) => to === "approved")).toBe(true);
      }),
    );
  });

  it("end by expiry while nothing is in force, and never after", () => {
    const late = Date.UTC(2026, 5, 1);
    const nobody = standingOf(proposal(), [], owners);
    expect(settled(proposal(), nobody, late - 1).state).toBe("open");
    expect(settled(proposal(), nobody, late).state).toBe("expired");
    let one = proposal();
    for (const to of ["approved", "staged"] as const) one = moved(one, to, { by: "x", reason: "y", at: NOW });
    expect(isExpired(one, late)).toBe(true);
    expect(isExpired(moved(one, "applied", { by: "x", reason: "y", at: NOW }), late)).toBe(false);
  });

  it("tell which entries changed the state, amendments and approvals aside", () => {
    const agreed = moved(moved(proposal(), "open", { by: "one", reason: "agreed", at: NOW }), "approved", {
      by: "policy",
      reason: "agreed",
      at: NOW,
    });
    expect(stateChanges(agreed).map(({ index, entry }) => [index, entry.to])).toEqual([
      [0, "draft"],
      [1, "open"],
      [3, "approved"],
    ]);
  });
});

describe("what a change relaxes", () => {
  it.each<[string, Lane | undefined, Lane | undefined, number]>([
    ["fewer passes", lane(), lane({ passes: 10 }), 1],
    ["more passes", lane(), lane({ passes: 13 }), 0],
    ["a check less", lane(), lane({ checks: ["imex"] }), 1],
    ["a check more", lane(), lane({ checks: ["dcdiag", "imex", "xid"] }), 0],
    ["a part's check less", lane({ parts: { gpu: ["dcdiag", "imex"] } }), lane({ parts: { gpu: ["dcdiag"] } }), 1],
    ["a fail that starts again, with more attempts", lane(), lane({ policy: { onFail: "reset", maxAttempts: 3 } }), 2],
    ["passes in all", lane(), lane({ policy: { counting: "cumulative" } }), 1],
    ["no fresh boots", lane({ policy: { freshBootEvery: 4 } }), lane(), 1],
    ["rarer fresh boots", lane({ policy: { freshBootEvery: 4 } }), lane({ policy: { freshBootEvery: 6 } }), 1],
    ["more fresh boots", lane({ policy: { freshBootEvery: 4 } }), lane({ policy: { freshBootEvery: 1 } }), 0],
    ["older proof", lane(), lane({ fastTrackDays: 60 }), 1],
    ["other nodes", lane(), lane({ for: { vendor: ["oci"] } }), 1],
    ["a new lane", undefined, lane(), 1],
    ["a lane gone", lane(), undefined, 1],
    ["a priority", lane(), lane({ priority: 5 }), 0],
  ])("%s", (_name, before, after, count) => {
    expect(relaxedLane(before, after)).toHaveLength(count);
  });

  it("knows expectations that are gone from those that are otherwise", () => {
    expect(
      changedExpectations("sku/x", { gpus: { count: 4 }, ib: { pkey: "0x8001" } }, { gpus: { count: 3 }, ib: {} }),
    ).toEqual({
      gone: ["sku/x: nothing is expected of ib.pkey any more"],
      otherwise: ["sku/x: gpus.count is 3, was 4"],
    });
    expect(changedExpectations("sku/x", { a: 1 }, undefined).gone).toHaveLength(1);
    expect(changedExpectations("sku/x", undefined, { a: 1 })).toEqual({ gone: [], otherwise: [] });
  });

  it("goes by the backtest where files do not tell", () => {
    const change = { ...proposal().change, relaxes: [], may_relax: ["sku/x: gpus.count is 3, was 4"] };
    const backtest = (flips: unknown) => ({ schema: "slipway/backtest@1", judged: 9, flips });
    expect(relaxations({ change, backtest: null })).toHaveLength(1);
    expect(relaxations({ change, backtest: backtest({ "pass→fail": 3 }) })).toEqual([]);
    expect(relaxations({ change, backtest: backtest({ "fail→pass": 2, "inconclusive→pass": 1 }) })).toContain(
      "3 verdicts of the backtest become pass",
    );
    expect(relaxations({ change, backtest: backtest([{ before: "fail", after: "pass", count: 4 }]) })).toContain(
      "4 verdicts of the backtest become pass",
    );
    expect(relaxations({ change, backtest: { ...backtest({}), judged: 0 } })).toHaveLength(1);
  });
});

describe("what a draft lacks", () => {
  const arm = {
    probability: 0.05,
    segment: "fleet" as const,
    canaries: 93,
    stop: { p0: 0.01, p1: 0.3, alpha: 0.05, beta: 0.05 },
  };
  const whole = {
    backtest: { schema: "slipway/backtest@1", judged: 9, flips: {} },
    simulation: [{ schema: "slipway/simulation@1" }],
  };

  it("is said field by field", () => {
    expect(lacking(proposal(), [lane()]).map((line) => line.split(":")[0])).toEqual([
      "backtest",
      "simulation",
      "canary.nodes",
    ]);
    expect(lacking(proposal({ ...whole, canary: { nodes: ["n1"] } }), [lane()])).toEqual([]);
    expect(
      lacking(
        proposal({ ...whole, backtest: { schema: "slipway/backtest@1", judged: 0 }, canary: { nodes: ["n1"] } }),
        [],
      ),
    ).toEqual(["backtest: it judged nothing"]);
  });

  it("is an arm where a threshold is relaxed, and a lane that carries it out", () => {
    const relaxed = { ...whole, change: { ...proposal().change, relaxes: ["lane slow: passes 10 instead of 12"] } };
    expect(lacking(proposal({ ...relaxed, canary: { nodes: ["n1"] } }), [lane()])[0]).toMatch(
      /^canary\.arm: a threshold is relaxed/,
    );
    expect(lacking(proposal({ ...relaxed, canary: { nodes: ["n1"], arm } }), [lane()])[0]).toMatch(
      /^canary\.arm: the plan says probability 0\.05 in fleet/,
    );
    expect(
      lacking(proposal({ ...relaxed, canary: { nodes: ["n1"], arm } }), [
        lane({ canaryArm: { probability: 0.05, segments: ["fleet"] } }),
      ]),
    ).toEqual([]);
  });
});

describe("owners", () => {
  const clusters = Clusters.parse({
    schema: CLUSTERS_SCHEMA,
    checkOwners: { imex: "cluster-owners" },
    clusters: {
      "oci-a": { vendor: "oci", segment: "fleet", owner: "fleet-infra" },
      "oci-b": { vendor: "oci", segment: "frontier", owner: "frontier-infra" },
      "az-a": { vendor: "azure", segment: "frontier", owner: "az-team" },
      odd: { segment: "research", owner: "lab" },
    },
  });

  it.each<[Parameters<typeof concernedClusters>[1], readonly string[]]>([
    [{ kind: "check", name: "imex" }, ["oci-a", "oci-b", "az-a", "odd"]],
    [{ kind: "expectation", name: "vendor/oci" }, ["oci-a", "oci-b", "odd"]],
    [{ kind: "expectation", name: "cluster/az-a" }, ["az-a"]],
    [{ kind: "expectation", name: "sku/BM.GPU.H100.8" }, ["oci-a", "oci-b", "az-a", "odd"]],
    [{ kind: "image", name: "oci-b" }, ["oci-b"]],
    [
      {
        kind: "lane",
        name: "x",
        before: lane({ for: { vendor: ["azure"] } }),
        after: lane({ for: { segment: ["fleet"], sku: ["y"] } }),
      },
      ["oci-a", "az-a", "odd"],
    ],
  ])("%j concerns %j", (concern, names) => {
    expect(concernedClusters(clusters, concern)).toEqual(names);
  });

  it("are asked by segment, and who answers for the check or the thresholds", () => {
    expect(
      requiredOwners(clusters, [{ kind: "check", name: "imex" }]).map(({ owner, segment }) => [owner, segment]),
    ).toEqual([
      ["az-team", "frontier"],
      ["frontier-infra", "frontier"],
      ["lab", "research"],
      ["fleet-infra", "fleet"],
      ["cluster-owners", null],
    ]);
    expect(
      requiredOwners(clusters, [{ kind: "image", name: "oci-a" }]).map(({ owner, segment }) => [owner, segment]),
    ).toEqual([
      ["fleet-infra", "fleet"],
      ["hwh", null],
    ]);
  });

  it("share no key", () => {
    const key = { kid: "k1", x: "A".repeat(43) };
    expect(
      Owners.safeParse({
        schema: OWNERS_SCHEMA,
        principals: { one: { owners: ["a"], keys: [key] }, two: { owners: ["b"], keys: [key] } },
      }).success,
    ).toBe(false);
    expect(
      Owners.safeParse({ schema: OWNERS_SCHEMA, principals: { one: { owners: ["a"], keys: [key] } } }).success,
    ).toBe(true);
  });
});
