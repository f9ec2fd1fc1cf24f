import type { BanCause } from "@slipway/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DataQuality, EventRow } from "../model.ts";
import { cleanRows, lastEvent } from "./clean-rows.ts";
import { sessionise, type SessionOptions } from "./sessionise.ts";

const MINUTE = 60_000;
const AS_OF = Date.parse("2026-03-31T00:00:00Z");

/** Day and time of March 2026: `at("2 09:30")`. */
const at = (text: string): number =>
  Date.parse(`2026-03-${text.split(" ")[0]?.padStart(2, "0") ?? ""}T${text.split(" ")[1] ?? "00:00"}:00Z`);

let ids = 0;
function event(type: EventRow["type"], time: string, rest: Partial<EventRow> = {}): EventRow {
  ids += 1;
  return {
    eventId: `e${String(ids)}`,
    revision: 1,
    type,
    node: "m-1",
    cluster: "a",
    ts: at(time),
    ingestedTs: null,
    cause: null,
    labels: {},
    attemptId: null,
    ...rest,
  };
}
const admit = (time: string, rest: Partial<EventRow> = {}): EventRow => event("admit", time, rest);
const leave = (time: string, rest: Partial<EventRow> = {}): EventRow => event("leave", time, rest);
const unban = (time: string, rest: Partial<EventRow> = {}): EventRow => event("unban", time, rest);
const ban = (time: string, cause: BanCause = "hardware", rest: Partial<EventRow> = {}): EventRow =>
  event("ban", time, { cause, ...rest });

const QUIET: DataQuality = {
  duplicate_rows: 0,
  coalesced_bans: 0,
  skew_clamped: 0,
  orphan_bans: 0,
  duplicate_admits: 0,
  implicit_leaves: 0,
  after_as_of: 0,
};

/** Asserts each admission's cluster, days and cause in the order of admission, and the counters that fired. */
function expectSpells(
  events: readonly EventRow[],
  spells: readonly (readonly [cluster: string, days: number, cause: BanCause | null])[],
  fired: Partial<DataQuality> = {},
  options: Partial<SessionOptions> = {},
): void {
  const sessions = sessionise(events, { asOf: AS_OF, ...options });
  expect(sessions.spells.map(({ labels, days, cause }) => [labels["cluster"], Number(days.toFixed(9)), cause])).toEqual(
    spells.map(([cluster, days, cause]) => [cluster, Number(days.toFixed(9)), cause]),
  );
  expect(sessions.quality).toEqual({ ...QUIET, ...fired });
}

const minutes = (count: number): number => count / 1440;

describe("sessionise", () => {
  it("makes an admission of its event, with the labels of that row alone", () => {
    const labels = { vendor: "oci", sku: "H100", segment: "fleet", owner: "fleet-team", entry: "ofr" };
    const { spells } = sessionise(
      [admit("1", { eventId: "adm-1", labels, attemptId: "v-9" }), ban("6", "fabric", { labels: { vendor: "other" } })],
      { asOf: AS_OF },
    );
    expect(spells).toEqual([
      {
        admissionId: "adm-1",
        days: 5,
        cause: "fabric",
        enteredDays: 0,
        labels: { ...labels, cluster: "a" },
        node: "m-1",
        startedAt: at("1"),
        attemptId: "v-9",
      },
    ]);
  });

  it("has no spells of no events", () => expectSpells([], []));

  it("S1 keeps of an event the highest revision, then the latest ingested", () => {
    expectSpells(
      [
        admit("1"),
        ban("3", "workload", { eventId: "b", revision: 1, ingestedTs: at("9") }),
        ban("4", "hardware", { eventId: "b", revision: 2, ingestedTs: at("5") }),
        ban("4", "fabric", { eventId: "b", revision: 2, ingestedTs: at("6") }),
        ban("4", "platform", { eventId: "b", revision: 2 }),
      ],
      [["a", 3, "fabric"]],
      { duplicate_rows: 3 },
    );
  });

  it("S1 lets a revision take an event back to another time, and S2 drops it there", () => {
    expectSpells(
      [admit("1"), ban("3", "hardware", { eventId: "b" }), ban("31 00:01", "hardware", { eventId: "b", revision: 2 })],
      [["a", 30, null]],
      { duplicate_rows: 1, after_as_of: 1 },
    );
  });

  it("S2 drops what is after as_of, and keeps what is at it", () => {
    expectSpells(
      [admit("1"), ban("11"), admit("21", { node: "m-2" })],
      [["a", 10, "hardware"]],
      { after_as_of: 1 },
      { asOf: at("11") },
    );
    expectSpells([admit("1"), ban("11 00:01")], [["a", 10, null]], { after_as_of: 1 }, { asOf: at("11") });
  });

  it("S3 makes one ban of bans 15 minutes apart or less, with the earliest time and the strongest cause", () => {
    expectSpells(
      [admit("1"), ban("2 00:00", "unknown"), ban("2 00:15", "fabric"), ban("2 00:20", "platform")],
      [["a", 1, "fabric"]],
      { coalesced_bans: 2 },
    );
  });

  it.each([
    ["workload", "unknown"],
    ["unknown", "configuration"],
    ["configuration", "platform"],
    ["platform", "fabric"],
    ["fabric", "hardware"],
  ] as const)("S3 prefers to %s the cause %s", (weaker, stronger) => {
    expectSpells([admit("1"), ban("2", weaker), ban("2 00:01", stronger)], [["a", 1, stronger]], { coalesced_bans: 1 });
    expectSpells([admit("1"), ban("2", stronger), ban("2 00:01", weaker)], [["a", 1, stronger]], { coalesced_bans: 1 });
  });

  it("S3 leaves bans apart that are more than 15 minutes apart", () => {
    expectSpells([admit("1"), ban("2 00:00"), ban("2 00:16")], [["a", 1, "hardware"]], { orphan_bans: 1 });
  });

  it("A9 measures a chain from the ban before, not from its first", () => {
    expectSpells([admit("1"), ban("2 00:00"), ban("2 00:14"), ban("2 00:28"), ban("2 00:42")], [["a", 1, "hardware"]], {
      coalesced_bans: 3,
    });
  });

  it("A9 ends a chain at an admission and at an unban, not at a leave", () => {
    expectSpells(
      [admit("1"), ban("2 00:00"), admit("2 00:06"), ban("2 00:12", "fabric")],
      [
        ["a", 1, "hardware"],
        ["a", minutes(6), "fabric"],
      ],
    );
    expectSpells(
      [admit("1"), ban("2 00:00", "workload"), unban("2 00:05"), ban("2 00:10", "hardware")],
      [["a", 1 + minutes(10), "hardware"]],
    );
    expectSpells([admit("1"), ban("2 00:00"), leave("2 00:05"), ban("2 00:10")], [["a", 1, "hardware"]], {
      coalesced_bans: 1,
    });
  });

  it("A9 counts orphans after chains are merged", () => {
    expectSpells([ban("2 00:00"), ban("2 00:10"), admit("3")], [["a", 28, null]], {
      coalesced_bans: 1,
      orphan_bans: 1,
    });
  });

  it("S3 lets a later cause decide whether the chain may be lifted at all", () => {
    expectSpells(
      [admit("1"), ban("2 00:00", "workload"), ban("2 00:10", "platform"), unban("2 01:00")],
      [["a", 1, "platform"]],
      { coalesced_bans: 1 },
    );
    expectSpells(
      [admit("1"), ban("2 00:00", "workload"), leave("2 00:05"), ban("2 00:10", "hardware")],
      [["a", 1, "hardware"]],
      { coalesced_bans: 1 },
    );
  });

  it("S4 ends a spell at a ban, a leave, an admission elsewhere or as_of, whichever is first", () => {
    expectSpells([admit("1"), ban("4"), leave("5")], [["a", 3, "hardware"]]);
    expectSpells([admit("1"), leave("4"), ban("5")], [["a", 3, null]], { orphan_bans: 1 });
    expectSpells(
      [admit("1"), admit("4", { cluster: "b" })],
      [
        ["a", 3, null],
        ["b", 27, null],
      ],
      { implicit_leaves: 1 },
    );
    expectSpells(
      [admit("1"), leave("4"), admit("4 00:01", { cluster: "b" }), ban("5 00:01")],
      [
        ["a", 3, null],
        ["b", 1, "hardware"],
      ],
    );
    expectSpells([admit("1")], [["a", 30, null]]);
  });

  it("S4 does not end a stay by a late leave of the cluster before", () => {
    expectSpells(
      [admit("1"), admit("4", { cluster: "b" }), leave("4 00:05")],
      [
        ["a", 3, null],
        ["b", 27, null],
      ],
      { implicit_leaves: 1 },
    );
  });

  it("S4 opens a new spell of the same cluster after a leave", () => {
    expectSpells(
      [admit("1"), leave("4"), admit("6"), ban("8")],
      [
        ["a", 3, null],
        ["a", 2, "hardware"],
      ],
    );
  });

  it("S5 ignores a second admission to the cluster that the node is in", () => {
    expectSpells([admit("1"), admit("4"), ban("6")], [["a", 5, "hardware"]], { duplicate_admits: 1 });
    expectSpells([admit("1"), ban("2", "workload"), unban("3"), admit("4")], [["a", 30, null]], {
      duplicate_admits: 1,
    });
  });

  it("S6 neither ends a spell nor stops its clock for a workload ban that was lifted", () => {
    expectSpells([admit("1"), ban("2", "workload"), unban("3"), ban("5")], [["a", 4, "hardware"]]);
    expectSpells([admit("1"), ban("2", "workload"), ban("3", "workload"), unban("4")], [["a", 30, null]]);
    expectSpells([admit("1"), ban("2", "workload"), leave("3"), unban("4")], [["a", 2, null]]);
  });

  it("S6 ends a spell by a workload ban that was not lifted before an admission, or at all", () => {
    expectSpells([admit("1"), ban("2", "workload")], [["a", 1, "workload"]]);
    expectSpells(
      [admit("1"), ban("2", "workload"), admit("4"), unban("5")],
      [
        ["a", 1, "workload"],
        ["a", 27, null],
      ],
    );
    expectSpells(
      [admit("1"), ban("2", "workload"), admit("4", { cluster: "b" })],
      [
        ["a", 1, "workload"],
        ["b", 27, null],
      ],
    );
    expectSpells(
      [admit("1"), ban("2", "workload"), leave("3"), admit("4")],
      [
        ["a", 1, "workload"],
        ["a", 27, null],
      ],
    );
    expectSpells(
      [admit("1"), ban("2", "workload"), unban("11 00:01")],
      [["a", 1, "workload"]],
      { after_as_of: 1 },
      { asOf: at("11") },
    );
  });

  it("S6 charges no spell with what follows a terminal workload ban", () => {
    expectSpells([admit("1"), ban("2", "workload"), ban("3")], [["a", 1, "workload"]], { orphan_bans: 1 });
    expectSpells([admit("1"), ban("2", "workload"), ban("3"), unban("4")], [["a", 2, "hardware"]]);
  });

  it.each(["hardware", "fabric", "platform", "configuration", "unknown"] as const)(
    "S6 lifts no ban of cause %s",
    (cause) => {
      expectSpells(
        [admit("1"), ban("2", cause), unban("3"), admit("4")],
        [
          ["a", 1, cause],
          ["a", 27, null],
        ],
      );
    },
  );

  it("S6 takes a ban without a cause for one of unknown cause", () => {
    expectSpells([admit("1"), event("ban", "2")], [["a", 1, "unknown"]]);
  });

  it("S7 moves a ban up to 5 minutes before an admission to its day 0", () => {
    expectSpells([ban("1 00:00"), admit("1 00:05")], [["a", 0, "hardware"]], { skew_clamped: 1 });
    expectSpells(
      [admit("1"), leave("2"), ban("3 00:00", "fabric"), admit("3 00:02")],
      [
        ["a", 1, null],
        ["a", 0, "fabric"],
      ],
      { skew_clamped: 1 },
    );
    expectSpells([ban("1 00:00", "workload"), admit("1 00:05"), unban("1 01:00")], [["a", 30 - minutes(5), null]], {
      skew_clamped: 1,
    });
  });

  it("S7 leaves an earlier ban without a spell an orphan", () => {
    expectSpells([ban("1 00:00"), admit("1 00:06")], [["a", 30 - minutes(6), null]], { orphan_bans: 1 });
    expectSpells([ban("1")], [], { orphan_bans: 1 });
  });

  it("S7 does not take the ban that ended the spell before for one of the next", () => {
    expectSpells(
      [admit("1"), ban("2 00:00"), admit("2 00:03")],
      [
        ["a", 1, "hardware"],
        ["a", 29 - minutes(3), null],
      ],
    );
  });

  it("S8 charges a ban to the cluster whose spell is open, whatever its row says", () => {
    expectSpells(
      [admit("1"), admit("4", { cluster: "b" }), ban("6", "hardware", { cluster: "a" })],
      [
        ["a", 3, null],
        ["b", 2, "hardware"],
      ],
      { implicit_leaves: 1 },
    );
  });

  it("S9 takes of one time with an open spell first the ban, then the unban, the leave, the admission", () => {
    expectSpells(
      [admit("1"), admit("3"), ban("3")],
      [
        ["a", 2, "hardware"],
        ["a", 28, null],
      ],
    );
    expectSpells([admit("1"), leave("3"), ban("3")], [["a", 2, "hardware"]]);
    expectSpells([admit("1"), unban("3"), ban("3", "workload")], [["a", 30, null]]);
    expectSpells(
      [admit("1"), admit("3", { cluster: "b" }), leave("3")],
      [
        ["a", 2, null],
        ["b", 28, null],
      ],
    );
    expectSpells([admit("1"), ban("2", "workload"), admit("3"), unban("3")], [["a", 30, null]], {
      duplicate_admits: 1,
    });
  });

  it("S9 takes of one time without an open spell first the admission", () => {
    expectSpells([ban("3"), admit("3")], [["a", 0, "hardware"]]);
    expectSpells([ban("3", "workload"), unban("3"), admit("3")], [["a", 28, null]]);
    expectSpells([leave("3"), admit("3")], [["a", 0, null]]);
    expectSpells(
      [admit("1"), ban("2"), ban("3", "fabric"), admit("3")],
      [
        ["a", 1, "hardware"],
        ["a", 0, "fabric"],
      ],
    );
  });

  it("keeps nodes apart", () => {
    expectSpells(
      [admit("1"), admit("2", { node: "m-2", cluster: "b" }), ban("5", "fabric", { node: "m-2" })],
      [
        ["a", 30, null],
        ["b", 3, "fabric"],
      ],
    );
  });

  const follow = { followNode: true };
  it("A10 follows a node through moves and gaps to its first terminal ban, for the cluster that it came to first", () => {
    expectSpells(
      [admit("1"), admit("4", { cluster: "b" }), ban("6")],
      [["a", 5, "hardware"]],
      { implicit_leaves: 1 },
      follow,
    );
    expectSpells(
      [admit("1"), leave("4"), admit("10", { cluster: "b" }), ban("12", "fabric")],
      [["a", 11, "fabric"]],
      {},
      follow,
    );
    expectSpells([admit("1"), leave("4"), admit("10"), leave("12")], [["a", 11, null]], {}, follow);
  });

  it("A10 opens a row for every admission after a terminal ban", () => {
    expectSpells(
      [
        admit("1"),
        admit("4", { cluster: "b" }),
        ban("6"),
        admit("8", { cluster: "c" }),
        ban("9", "fabric"),
        admit("10"),
      ],
      [
        ["a", 5, "hardware"],
        ["c", 1, "fabric"],
        ["a", 21, null],
      ],
      { implicit_leaves: 1 },
      follow,
    );
  });

  it("A10 censors a node that left at its leave, and one that is in service at as_of", () => {
    expectSpells([admit("1"), leave("4")], [["a", 3, null]], {}, follow);
    expectSpells([admit("1"), leave("4"), admit("6", { cluster: "b" })], [["a", 30, null]], {}, follow);
  });

  const anyEvent = fc.record({
    eventId: fc.integer({ min: 1, max: 30 }).map(String),
    revision: fc.integer({ min: 1, max: 2 }),
    type: fc.constantFrom("admit" as const, "leave" as const, "ban" as const, "unban" as const),
    node: fc.constantFrom("m-1", "m-2"),
    cluster: fc.constantFrom("a", "b"),
    ts: fc.integer({ min: 0, max: 60 }).map((step) => at("1") + step * 4 * MINUTE),
    ingestedTs: fc.option(fc.integer({ min: 0, max: 3 })),
    cause: fc.constantFrom("hardware" as const, "workload" as const, "unknown" as const),
    labels: fc.constant({}),
    attemptId: fc.constant(null),
  });

  it.each([false, true])("does not depend on the order of rows (follow the node: %s)", (followNode) => {
    fc.assert(
      fc.property(
        fc
          .array(anyEvent, { maxLength: 40 })
          .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, shuffled]) =>
          JSON.stringify(sessionise(rows, { asOf: AS_OF, followNode })) ===
          JSON.stringify(sessionise(shuffled, { asOf: AS_OF, followNode })),
      ),
    );
  });

  it("makes every admission a spell or a duplicate, and lets no stay of a node overlap another", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (rows) => {
        const { spells, quality } = sessionise(rows, { asOf: AS_OF });
        expect(quality.duplicate_rows).toBe(rows.length - new Set(rows.map(({ eventId }) => eventId)).size);
        expect(spells.length + quality.duplicate_admits).toBe(
          cleanRows(rows, AS_OF).rows.filter(({ type }) => type === "admit").length,
        );
        for (const node of ["m-1", "m-2"]) {
          const own = spells.filter((spell) => spell.node === node);
          own
            .slice(1)
            .forEach((spell, before) =>
              expect((own[before]?.startedAt ?? 0) + (own[before]?.days ?? 0) * 86_400_000).toBeLessThanOrEqual(
                (spell.startedAt ?? 0) + 1e-3,
              ),
            );
        }
      }),
    );
  });
});

describe("lastEvent", () => {
  it("is the last that no revision took back: a corrected time is no follow-up", () => {
    expect(
      lastEvent([
        admit("2"),
        ban("30", "hardware", { eventId: "b", revision: 1 }),
        ban("5", "hardware", { eventId: "b", revision: 2 }),
      ]),
    ).toBe(at("5"));
    expect(lastEvent([])).toBe(-Infinity);
  });
});
