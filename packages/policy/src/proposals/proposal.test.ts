import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HASH, owners, proposal } from "../../test/proposals.ts";
import { bindingOf, canonicalJson } from "./binding.ts";
import { Proposal, ProposalState } from "./proposal.ts";
import { isExpired, mayBecome, moved, settled, standingOf, stateChanges, type Vouched } from "./state.ts";

const NOW = Date.UTC(2026, 4, 28);
const voice = (by: string, speaksFor: readonly string[], of: Proposal): Vouched => ({
  by,
  owners: speaksFor,
  binding: bindingOf(of),
});

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
  ])("is refused with %s", (_name, over, where) => {
    const parsed = Proposal.safeParse({ ...proposal(), ...over });
    expect(parsed.error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("\n")).toMatch(where);
  });
});

describe("agreement", () => {
  const all = (of: Proposal): Vouched[] => [voice("one", ["fleet-infra"], of), voice("two", ["hwh"], of)];

  it("of every required owner makes a proposal approved", () => {
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

  it("of the author, or given to another content, does not count", () => {
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

  it("is required of the owners in the fleet's files, also of those that the proposal omits", () => {
    const open = proposal({ owners: owners.slice(1) });
    expect(standingOf(open, [voice("two", ["hwh"], open)], owners).waiting).toMatchObject([{ owner: "fleet-infra" }]);
    expect(standingOf(proposal({ owners: [] }), [], []).complete).toBe(false);
  });

  it("binds to content: the order of keys makes no difference", () => {
    expect(canonicalJson({ b: [1, { d: 1, c: null }], a: "x" })).toBe('{"a":"x","b":[1,{"c":null,"d":1}]}');
    const [a, b] = [
      proposal({ backtest: { schema: "slipway/backtest@1", judged: 1, errors: 0 } }),
      proposal({ backtest: { errors: 0, judged: 1, schema: "slipway/backtest@1" } }),
    ];
    expect(bindingOf(a)).toEqual(bindingOf(b));
  });
});

describe("states", () => {
  it("of a proposal follow the allowed transitions, and its history is append-only", () => {
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

  it("of a proposal expire before it is applied, and never after", () => {
    const late = Date.UTC(2026, 5, 1);
    const nobody = standingOf(proposal(), [], owners);
    expect(settled(proposal(), nobody, late - 1).state).toBe("open");
    expect(settled(proposal(), nobody, late).state).toBe("expired");
    let one = proposal();
    for (const to of ["approved", "staged"] as const) one = moved(one, to, { by: "x", reason: "y", at: NOW });
    expect(isExpired(one, late)).toBe(true);
    expect(isExpired(moved(one, "applied", { by: "x", reason: "y", at: NOW }), late)).toBe(false);
  });

  it("are told apart from amendments and approvals in the history", () => {
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
