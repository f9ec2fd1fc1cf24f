import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admit, AS_OF, at, ban, expectSpells, leave } from "../../test/session-events.ts";
import { cleanRows } from "./clean-rows.ts";
import { sessionise } from "./sessionise.ts";

const MINUTE = 60_000;

describe("sessionise", () => {
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
