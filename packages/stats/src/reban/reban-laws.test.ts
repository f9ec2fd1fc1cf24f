import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask, oneOf, spell } from "../../test/reban-spells.ts";
import { rateOf } from "./rate.ts";
import { reban, type RebanAnswer } from "./reban.ts";

const anySpell = fc
  .record({
    days: fc.integer({ min: 0, max: 240 }),
    cause: fc.option(fc.constantFrom("hardware" as const, "fabric" as const, "unknown" as const, "workload" as const)),
    vendor: fc.constantFrom("x", "y"),
    cluster: fc.constantFrom("1", "2", "3"),
    entry: fc.constantFrom("ofr", "canary"),
  })
  .map(({ days, cause, ...labels }) => spell(days / 4, cause, labels));

describe("reban, whatever the admissions", () => {
  const question = ask({ by: ["vendor", "cluster"], windows: [7, 30], curve: true });

  it("has the same bytes in every order, and when the file is split and put together again", () => {
    fc.assert(
      fc.property(
        fc
          .array(anySpell, { maxLength: 50 })
          .chain((rows) =>
            fc.tuple(
              fc.constant(rows),
              fc.shuffledSubarray(rows, { minLength: rows.length }),
              fc.integer({ min: 0, max: 50 }),
            ),
          ),
        ([rows, shuffled, cut]) => {
          const answer = JSON.stringify(reban(rows, question));
          expect(JSON.stringify(reban(shuffled, question))).toBe(answer);
          expect(JSON.stringify(reban([...rows.slice(cut), ...rows.slice(0, cut)], question))).toBe(answer);
        },
      ),
    );
  });

  it("adds admissions, events and censorings over cells up to those of the filter", () => {
    fc.assert(
      fc.property(fc.array(anySpell, { maxLength: 50 }), (rows) => {
        const cells = reban(rows, ask({ by: ["vendor", "cluster"] }));
        const all = oneOf(reban(rows, ask()));
        for (const key of ["n", "events", "censored", "at_risk_at_window"] as const)
          expect(cells.reduce((sum, each) => sum + each[key], 0)).toBe(all[key]);
      }),
    );
  });

  it("permutes the answers when cells are renamed", () => {
    const renamed: Readonly<Record<string, string>> = { "1": "3", "2": "1", "3": "2" };
    fc.assert(
      fc.property(fc.array(anySpell, { maxLength: 50 }), (rows) => {
        const other = rows.map((each) => ({
          ...each,
          labels: { ...each.labels, cluster: renamed[each.labels["cluster"] ?? ""] ?? "" },
        }));
        const bare = (answers: readonly RebanAnswer[], name: (cluster: string) => string): string[] =>
          answers
            .map((each) =>
              JSON.stringify({ ...each, cell: { ...each.cell, cluster: name(each.cell["cluster"] ?? "") } }),
            )
            .sort();
        // Sums over a vendor's cells add in another order, so that shrunken rates may differ in their last digits.
        const by = ask({ by: ["cluster"], curve: true });
        expect(bare(reban(other, by), (cluster) => cluster)).toEqual(
          bare(reban(rows, by), (cluster) => renamed[cluster] ?? ""),
        );
      }),
    );
  });

  it("never has 0 in JSON for what is not known", () => {
    fc.assert(
      fc.property(fc.array(anySpell, { maxLength: 6 }), (rows) => {
        for (const answer of reban(rows, ask({ cells: ["9"], by: ["cluster"], windows: [45] }))) {
          const parsed = JSON.parse(JSON.stringify(answer)) as RebanAnswer;
          if (answer.status !== "ok")
            expect(
              [
                parsed.estimate,
                parsed.interval,
                parsed.net,
                ...Object.values(parsed.by_cause),
                ...Object.values(parsed.unknown_either_way),
              ].every((value) => value === null),
            ).toBe(true);
          else
            expect(parsed.estimate).toBe(
              rateOf(
                rows.filter(({ labels }) => labels["cluster"] === answer.cell["cluster"] && labels["entry"] === "ofr"),
                45,
                "hardware",
              ).estimate,
            );
        }
      }),
    );
  });
});
