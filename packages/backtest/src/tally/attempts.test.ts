import type { FindingVerdict } from "@slipway/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attemptTally, endAttempt, type Run } from "./attempts.ts";

type Seen = FindingVerdict | null;
const run = (
  index: number,
  before: Seen,
  after: Seen,
  more: { readonly try?: number; readonly required?: number } = {},
): Run => {
  const { try: tried = 0, required = 3 } = more;
  return {
    name: `1/1/${String(index)}`,
    labels: {},
    state: "judged",
    run: {
      validation: 1,
      attempt: 1,
      run: index,
      try: tried,
      kind: "required",
      required: { before: required, after: required },
      whole: { before, after },
    },
  };
};
const ends = (...runs: [Run, ...Run[]]): readonly [string, string, readonly number[]] => {
  const { before, after, unseen } = endAttempt("1/1", runs);
  return [before, after, unseen];
};

describe("an attempt", () => {
  it.each<[string, [Run, ...Run[]], string, string, number[]]>([
    [
      "is let in by as many passes as are required",
      [run(1, "pass", "pass"), run(2, "pass", "pass"), run(3, "pass", "pass")],
      "pass",
      "pass",
      [],
    ],
    ["is refused by its first fail", [run(1, "pass", "pass"), run(2, "fail", "fail")], "fail", "fail", []],
    ["is open where its first fail hid later runs", [run(1, "fail", "pass")], "fail", "open", [2, 3]],
    [
      "is let in where its last run passes now",
      [run(1, "pass", "pass"), run(2, "pass", "pass"), run(3, "fail", "pass")],
      "fail",
      "pass",
      [],
    ],
    [
      "is refused where a run made after the failure fails",
      [run(1, "fail", "pass"), run(3, "pass", "fail")],
      "fail",
      "fail",
      [],
    ],
    [
      "is held at a run that stays inconclusive",
      [run(1, "pass", "pass"), run(2, "pass", "inconclusive"), run(3, "pass", "pass")],
      "pass",
      "inconclusive",
      [],
    ],
    [
      "counts the first conclusive try of a run",
      [
        run(1, "inconclusive", "pass"),
        run(1, "pass", "fail", { try: 1 }),
        run(2, "pass", "pass"),
        run(3, "pass", "pass"),
      ],
      "pass",
      "pass",
      [],
    ],
    [
      "is unknown where a run cannot be judged",
      [run(1, null, null), run(2, "pass", "pass"), run(3, "pass", "pass")],
      "unknown",
      "unknown",
      [],
    ],
    ["is refused whatever else cannot be judged", [run(1, null, null), run(2, "fail", "fail")], "fail", "fail", []],
    ["needs one run where one is required", [run(1, "fail", "pass", { required: 1 })], "fail", "pass", []],
  ])("%s", (_name, runs, before, after, unseen) => {
    const [was, is, hidden] = ends(...runs);
    expect([was, is]).toEqual([before, after]);
    if (after === "open") expect(hidden).toEqual(unseen);
  });

  it("that begins in the middle is cut off by the span", () => {
    expect(endAttempt("1/1", [run(2, "pass", "pass"), run(3, "pass", "fail")]).cut).toBe(true);
  });
});

describe("attempts together", () => {
  const attempts = fc.array(
    fc
      .integer({ min: 1, max: 5 })
      .chain((made) =>
        fc.array(
          fc.tuple(
            fc.constantFrom<Seen[]>("pass", "pass", "fail", "inconclusive", null),
            fc.constantFrom<Seen[]>("pass", "pass", "fail", "inconclusive", null),
          ),
          { minLength: made, maxLength: made },
        ),
      ),
    { minLength: 1, maxLength: 40 },
  );
  const tallied = (all: readonly (readonly (readonly [Seen, Seen])[])[]) => {
    const tally = attemptTally();
    for (const seen of all) {
      const [first, ...rest] = seen.map(([before, after], at) => run(at + 1, before, after, { required: 5 }));
      if (first !== undefined) tally.add(endAttempt("1/1", [first, ...rest]), [first, ...rest]);
    }
    return tally.result();
  };

  it("are each counted once, and what is expected lies within the bounds", () => {
    fc.assert(
      fc.property(attempts, (all) => {
        const { judged, unchanged, flips, unfinished, unknown, cut, newly_admitted, newly_refused } = tallied(all);
        expect(judged + unfinished + unknown + cut).toBe(all.length);
        expect(unchanged + Object.values(flips).reduce((sum, count) => sum + count, 0)).toBe(judged);
        expect(newly_refused.lo).toBeLessThanOrEqual(newly_refused.hi);
        expect(newly_admitted.lo).toBeLessThanOrEqual(newly_admitted.hi);
        if (newly_admitted.expected !== null) {
          expect(newly_admitted.expected).toBeGreaterThanOrEqual(newly_admitted.lo);
          expect(newly_admitted.expected).toBeLessThanOrEqual(newly_admitted.hi);
        }
      }),
    );
  });

  it("come to the same in any order, and to nothing by the same side", () => {
    fc.assert(
      fc.property(attempts, (all) => {
        expect(tallied(all.toReversed())).toEqual(tallied(all));
        expect(tallied(all.map((seen) => seen.map(([before]) => [before, before] as const))).flips).toEqual({});
      }),
    );
  });
});
