import { describe, expect, it } from "vitest";
import { admit, AS_OF, at, ban, expectSpells, leave, minutes, unban } from "../../test/session-events.ts";
import { sessionise } from "./sessionise.ts";

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
});
