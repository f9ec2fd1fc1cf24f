import { describe, expect, it } from "vitest";
import { checkHistory, type SeenAct } from "./check-history.ts";
import type { HistoryRow, RecordedTable } from "./history.ts";

type Fields = Readonly<Record<string, unknown>>;
/** What one transaction changed: table, row before, row after. */
type Change = readonly [RecordedTable, Fields | null, Fields | null];

const history = (...transactions: readonly (readonly Change[])[]): HistoryRow[] =>
  transactions.flatMap((changes, at) =>
    changes.map(([table, old, row]) => ({ transaction: String(at), committedAt: at * 1_000, table, old, row })),
  );

const validation = { id: 1, attempt: 1, passes_required: 1, policy: { counting: "consecutive" } };
const claim = (holder: string | null, fence: number): Fields => ({ machine: 9, holder, fence });
const intent = (key: string, over: Fields = {}): Fields => ({
  key,
  object: "validation/1",
  machine: 9,
  fence: 1,
  act: "pass",
  input: { attempt: 1, runIndex: 1, try: 0 },
  written_at: "1970-01-01T00:00:01Z",
  outcome: null,
  ...over,
});
const pass = { validation: 1, attempt: 1, run_index: 1, try: 0, machine: 9, kind: "required", verdict: "pass" };
const release = { validation: 1, machine: 9, entry: "passed" };

const planned: readonly Change[] = [["validations", null, validation]];
const claimed: readonly Change[] = [
  ["claims", null, claim("validation/1", 1)],
  ["intents", null, intent("k1")],
];
const counted: readonly Change[] = [
  ["passes", null, pass],
  ["intents", intent("k1"), intent("k1", { outcome: "done" })],
];
const released: readonly Change[] = [
  ["releases", null, release],
  ["claims", claim("validation/1", 1), claim(null, 1)],
];

describe("a history of commits", () => {
  it("of a machine that is claimed, passes and is released breaks nothing", () => {
    expect(checkHistory(history(planned, claimed, counted, released), [])).toEqual([]);
  });

  it("of an object whose acts come again and again, each removed once it was carried out, breaks nothing", () => {
    const look = (key: string): Fields =>
      intent(key, { object: "vendor-account/lab", machine: null, fence: 0, act: "look" });
    const looks: readonly Change[][] = [
      [["intents", null, look("l1")]],
      [["intents", look("l1"), null]],
      [["intents", null, look("l2")]],
    ];
    expect(checkHistory(history(...looks), [])).toEqual([]);
  });

  it.each<[string, readonly (readonly Change[])[], RegExp]>([
    [
      "takes a machine from its holder",
      [planned, claimed, [["claims", claim("validation/1", 1), claim("validation/2", 2)]]],
      /taken from validation\/1 by validation\/2/,
    ],
    [
      "claims a machine again under its old fence",
      [
        planned,
        claimed,
        [["claims", claim("validation/1", 1), claim(null, 1)]],
        [["claims", claim(null, 1), claim("validation/1", 1)]],
      ],
      /under the old fence 1/,
    ],
    [
      "writes a claim over one that it never saw",
      [planned, claimed, [["claims", claim(null, 0), claim("validation/1", 1)]]],
      /a state that no commit had left/,
    ],
    ["begins a second act", [planned, claimed, [["intents", null, intent("k2")]]], /k2 was begun while k1/],
    [
      "writes an act under another fence than its claim's",
      [planned, [claimed[0] as Change, ["intents", null, intent("k1", { fence: 7 })]]],
      /under fence 7/,
    ],
    ["counts a pass that no act ran", [planned, claimed, [["passes", null, pass]]], /no act of it ended with it/],
    [
      "counts a pass after its claim was lost",
      [
        planned,
        claimed,
        [["claims", claim("validation/1", 1), claim(null, 1)]],
        [["claims", claim(null, 1), claim("validation/2", 2)]],
        counted,
      ],
      /of fence 1 was counted while validation\/2 held its machine under 2/,
    ],
    ["counts a pass twice", [planned, claimed, counted, [["passes", null, pass]]], /counted twice/],
    ["releases without a pass", [planned, claimed, released], /released by 0 passes of 1/],
    [
      "releases without holding the machine",
      [
        planned,
        claimed,
        counted,
        [["claims", claim("validation/1", 1), claim(null, 1)]],
        [["releases", null, release]],
      ],
      /released while nobody held/,
    ],
  ])("that %s is told", (_what, transactions, said) => {
    expect(checkHistory(history(...transactions), []).join("\n")).toMatch(said);
  });

  it.each<[string, SeenAct, RegExp]>([
    ["an act under no intent", { at: 1_500, what: "power", node: "n1", key: "k9" }, /k9, which no intent has/],
    ["an act before its intent", { at: 500, what: "power", node: "n1", key: "k1" }, /before k1 was written/],
    [
      "a reboot after the claim was given back",
      { at: 9_000, what: "power", node: "n1", key: "k1" },
      /did not hold its machine/,
    ],
  ])("tells %s that the world saw", (_what, act, said) => {
    expect(checkHistory(history(planned, claimed, counted, released), [act]).join("\n")).toMatch(said);
  });

  it("allows an act while the claim is held", () => {
    const act = { at: 1_500, what: "power", node: "n1", key: "k1" };
    expect(checkHistory(history(planned, claimed, counted, released), [act])).toEqual([]);
  });
});
