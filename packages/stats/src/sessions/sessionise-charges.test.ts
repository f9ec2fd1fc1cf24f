import { describe, it } from "vitest";
import { admit, at, ban, event, expectSpells, leave, minutes, unban } from "../../test/session-events.ts";

describe("sessionise", () => {
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
});
