import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptRow, attemptRows, BY, CHECKS, REQUIRED, spellRow, spellRows } from "../../test/cube-rows.ts";
import { byCell } from "../attempts/cells.ts";
import type { Attempt, Spell } from "../model.ts";
import { ENDPOINTS } from "../reban/endpoints.ts";
import { rateOf } from "../reban/rate.ts";
import { countPolicy } from "../simulate/counts.ts";
import { decodeCube, encodeCube } from "./codec.ts";
import { LiveCube, liveCubeOf } from "./live-cube.ts";
import type { Threshold } from "./thresholds.ts";

const options = { required: REQUIRED, by: BY };
const drops = fc.subarray([...CHECKS, "never-failed"]);

/** A threshold in the exact path's words. */
const exactly = (attempts: readonly Attempt[], passes: number, drop: readonly string[]) => {
  const { added, ...counts } = countPolicy(attempts, { of: REQUIRED, passes, drop });
  return { ...counts, added: added.length };
};

const figures = ({ admitted, incomplete, added, uncertain, expected, nodeHoursSaved }: Threshold) => ({
  admitted,
  incomplete,
  added,
  uncertain,
  expected,
  nodeHoursSaved,
});

/** Equal, or apart by what double precision leaves of sums in another order. */
function agree(ours: ReturnType<typeof figures>, theirs: ReturnType<typeof figures>): void {
  for (const name of Object.keys(ours) as (keyof typeof ours)[]) {
    const [a, b] = [ours[name], theirs[name]];
    if (a === null || b === null) expect([name, a]).toEqual([name, b]);
    else expect(Math.abs(a - b), name).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b)));
  }
}

describe("the slider", () => {
  it("counts what the exact path counts, for every threshold, drop and cell", () => {
    fc.assert(
      fc.property(attemptRows(false), drops, (attempts, drop) => {
        const { cube } = liveCubeOf(options, attempts);
        for (const threshold of cube.thresholds({ drop }))
          agree(figures(threshold), exactly(attempts, threshold.passes, drop));
        for (const { cell, rows } of byCell(attempts, BY).values())
          for (const threshold of cube.thresholds({ drop, where: cell }))
            agree(figures(threshold), exactly(rows, threshold.passes, drop));
      }),
    );
  });

  it("holds the exact path's count between its bounds where validation ran on after a failure", () => {
    fc.assert(
      fc.property(
        attemptRows(true),
        fc.array(fc.subarray(CHECKS), { minLength: REQUIRED, maxLength: REQUIRED }),
        drops,
        (attempts, later, drop) => {
          const ranOn = attempts.map((attempt, at): Attempt => {
            const first = attempt.firstFailedRun;
            if (first === null || first >= REQUIRED || at % 2 === 0) return attempt;
            return {
              ...attempt,
              runsExecuted: REQUIRED,
              afterFailure: later.slice(first).map((failedChecks, ahead) => ({ run: first + ahead + 1, failedChecks })),
            };
          });
          for (const { passes, added, uncertain } of liveCubeOf(options, ranOn).cube.thresholds({ drop })) {
            const exact = exactly(ranOn, passes, drop);
            expect(added).toBeLessThanOrEqual(exact.added);
            expect(added + uncertain).toBeGreaterThanOrEqual(exact.added + exact.uncertain);
          }
        },
      ),
    );
  });

  it("admits fewer the more passes are required, adds nobody and saves nothing at those required", () => {
    fc.assert(
      fc.property(attemptRows(true), drops, (attempts, drop) => {
        const { cube } = liveCubeOf(options, attempts);
        const admitted = cube.thresholds().map(({ admitted: all, added }) => all + added);
        expect(admitted).toEqual([...admitted].sort((a, b) => b - a));
        const last = cube.thresholds().at(-1);
        expect(last).toMatchObject({ added: 0, uncertain: 0, expected: null, nodeHoursSaved: 0 });
        for (const { added, uncertain, expected, nodeHoursSaved } of cube.thresholds({ drop })) {
          if (expected !== null) expect(expected).toBeGreaterThanOrEqual(added - 1e-9);
          if (expected !== null) expect(expected).toBeLessThanOrEqual(added + uncertain + 1e-9);
          if (uncertain > 0) expect(nodeHoursSaved).toBeNull();
        }
      }),
    );
  });

  it("adds up over cells, and over what became of those added", () => {
    fc.assert(
      fc.property(attemptRows(false), drops, (attempts, drop) => {
        const { cube } = liveCubeOf(options, attempts);
        const cells = [...byCell(attempts, BY).values()].map(({ cell }) => cube.thresholds({ drop, where: cell }));
        cube.thresholds({ drop }).forEach((all, at) => {
          for (const name of ["admitted", "incomplete", "added", "uncertain", "reached", "firstFailures"] as const)
            expect(cells.reduce((sum, cell) => sum + (cell[at]?.[name] ?? 0), 0)).toBe(all[name]);
          expect(
            Object.values(all.standing)
              .flatMap((arm) => Object.values(arm))
              .reduce((sum, count) => sum + count, 0),
          ).toBe(all.added);
        });
      }),
    );
  });
});

describe("rates at hours", () => {
  it("are those of the exact path where all times are whole hours", () => {
    fc.assert(
      fc.property(
        spellRows,
        fc.integer({ min: 1, max: 90 }),
        fc.constantFrom(...ENDPOINTS),
        (spells, days, endpoint) => {
          const { cube } = liveCubeOf(options, [], spells);
          // The histogram sees no further than an hour beyond 90 days.
          const seen = spells.map((spell): Spell =>
            spell.days > 90 ? { ...spell, days: 90 + 1 / 24, cause: null } : spell,
          );
          expect(cube.rate(days, endpoint)).toEqual(rateOf(seen, days, endpoint));
          for (const { cell, rows } of byCell(seen, BY).values())
            expect(cube.rate(days, endpoint, cell)).toEqual(rateOf(rows, days, endpoint));
        },
      ),
    );
  });
});

type Change =
  | { readonly kind: "attempt"; readonly row: Attempt }
  | { readonly kind: "spell"; readonly row: Spell }
  | { readonly kind: "no-attempt" | "no-spell"; readonly id: string };

const IDS = Array.from({ length: 150 }, (_, at) => `id${String(at)}`);
const change: fc.Arbitrary<Change> = fc
  .constantFrom(...IDS)
  .chain((id) =>
    fc.oneof(
      { weight: 5, arbitrary: attemptRow(id).map((row): Change => ({ kind: "attempt", row })) },
      { weight: 5, arbitrary: spellRow(id).map((row): Change => ({ kind: "spell", row })) },
      { weight: 1, arbitrary: fc.constantFrom<Change>({ kind: "no-attempt", id }, { kind: "no-spell", id }) },
    ),
  );

describe("a live cube", () => {
  it("is byte for byte a rebuild after 1,000 inserts, revisions, re-classifications and removals", () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1_000, maxLength: 1_000 }), (changes) => {
        const live = new LiveCube(options);
        const [attempts, spells] = [new Map<string, Attempt>(), new Map<string, Spell>()];
        for (const each of changes) {
          if (each.kind === "attempt") {
            live.putAttempt(each.row);
            attempts.set(each.row.attemptId, each.row);
          } else if (each.kind === "spell") {
            live.putSpell(each.row);
            spells.set(each.row.admissionId, each.row);
          } else if (each.kind === "no-attempt") {
            live.removeAttempt(each.id);
            attempts.delete(each.id);
          } else {
            live.removeSpell(each.id);
            spells.delete(each.id);
          }
        }
        expect(
          same(
            encodeCube(live.cube),
            encodeCube(liveCubeOf(options, [...attempts.values()], [...spells.values()]).cube),
          ),
        ).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it("has the same bytes in whatever order its rows came", () => {
    fc.assert(
      fc.property(
        fc
          .tuple(attemptRows(false), spellRows)
          .chain(([attempts, spells]) =>
            fc.tuple(
              fc.constant([attempts, spells] as const),
              fc.shuffledSubarray(attempts, { minLength: attempts.length }),
              fc.shuffledSubarray(spells, { minLength: spells.length }),
            ),
          ),
        ([[attempts, spells], shuffledAttempts, shuffledSpells]) => {
          const shuffled = new LiveCube(options);
          for (const spell of shuffledSpells) shuffled.putSpell(spell);
          for (const attempt of shuffledAttempts) shuffled.putAttempt(attempt);
          expect(same(encodeCube(shuffled.cube), encodeCube(liveCubeOf(options, attempts, spells).cube))).toBe(true);
        },
      ),
    );
  });

  it("answers the same after its bytes went over a wire", () => {
    fc.assert(
      fc.property(attemptRows(false), spellRows, drops, (attempts, spells, drop) => {
        const { cube } = liveCubeOf(options, attempts, spells);
        const bytes = encodeCube(cube);
        // As a part of something longer, at an odd place.
        const wire = new Uint8Array(bytes.length + 3);
        wire.set(bytes, 3);
        const read = decodeCube(wire.subarray(3));
        expect(read.thresholds({ drop })).toEqual(cube.thresholds({ drop }));
        expect(read.rate(30, "hardware")).toEqual(cube.rate(30, "hardware"));
        expect(same(encodeCube(read), bytes)).toBe(true);
      }),
    );
  });
});

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
