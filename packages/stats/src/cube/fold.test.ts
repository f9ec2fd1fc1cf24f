import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHECKS, REQUIRED } from "../../test/cube-rows.ts";
import { foldRuns } from "../attempts/fold-runs.ts";
import { CellTable } from "./cell-table.ts";
import { CheckTable } from "./check-table.ts";
import { encodeCube } from "./codec.ts";
import { maskColumn, type AttemptColumns, type RunColumns } from "./columns.ts";
import { Cube } from "./cube.ts";
import { foldColumns } from "./fold.ts";
import { addRun, cubeOf, type PolicyCube } from "./policy-cube.ts";

interface Run {
  readonly attempt: number;
  readonly run: number;
  readonly mask: number;
}

const ATTEMPTS = 20;
/** Runs of attempts without gaps, each once, in any order; an attempt may go on after a failure. */
const shuffledRuns: fc.Arbitrary<Run[]> = fc
  .tuple(
    ...Array.from({ length: ATTEMPTS }, () =>
      fc.array(
        fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 15 }) }),
        { maxLength: REQUIRED },
      ),
    ),
  )
  .map((attempts) => attempts.flatMap((masks, attempt) => masks.map((mask, at) => ({ attempt, run: at + 1, mask }))))
  .chain((runs) => fc.shuffledSubarray(runs, { minLength: runs.length }));

function columnsOf(runs: readonly Run[], checks: number): RunColumns {
  const mask = maskColumn(checks, runs.length);
  runs.forEach((run, at) => (mask[at] = run.mask));
  return {
    attempt: Uint32Array.from(runs, ({ attempt }) => attempt),
    run: Uint8Array.from(runs, ({ run }) => run),
    mask,
  };
}

const bytesOf = (attempts: PolicyCube): number[] => [
  ...encodeCube(new Cube(new CellTable(["of"], [["even"], ["odd"]]), new CheckTable(CHECKS), attempts)),
];

describe("folding columns", () => {
  it("is what folding rows is", () => {
    fc.assert(
      fc.property(shuffledRuns, fc.constantFrom(8, 12, 32), (runs, width) => {
        const folded = foldColumns(columnsOf(runs, width), ATTEMPTS);
        const rows = foldRuns(
          runs.map(({ attempt, run, mask }) => ({
            attemptId: String(attempt),
            runIndex: run,
            result: mask === 0 ? "pass" : "fail",
            failedChecks: CHECKS.filter((_, bit) => (mask >>> bit) & 1),
            nodeHours: null,
            labels: {},
          })),
        ).attempts;
        for (const { attemptId, firstFailedRun, failedChecks, runsExecuted } of rows) {
          const at = Number(attemptId);
          expect([folded.first[at], folded.mask[at], folded.runs[at]]).toEqual([
            firstFailedRun ?? 0,
            new CheckTable(CHECKS).mask(failedChecks),
            runsExecuted,
          ]);
        }
      }),
    );
  });

  it("is the same in any order over many times the rows that a cache holds", () => {
    const runs = Array.from({ length: 50_001 }, (_, at): Run => ({
      attempt: at % 4_999,
      run: 1 + Math.floor(at / 4_999),
      mask: at % 7 === 0 ? 1 + (at % 15) : 0,
    }));
    const folded = foldColumns(columnsOf(runs, 12), 4_999);
    expect(foldColumns(columnsOf(runs.toReversed(), 12), 4_999)).toEqual(folded);
    Map.groupBy(runs, ({ attempt }) => attempt).forEach((rows, attempt) => {
      const failed = rows.find(({ mask }) => mask !== 0);
      expect([folded.first[attempt], folded.mask[attempt], folded.runs[attempt]]).toEqual([
        failed?.run ?? 0,
        failed?.mask ?? 0,
        rows.at(-1)?.run,
      ]);
    });
  });

  it("takes in all checks of a run that has two rows, and knows no run of an attempt without rows", () => {
    const { first, mask, runs } = foldColumns(
      columnsOf(
        [
          { attempt: 1, run: 2, mask: 1 },
          { attempt: 1, run: 2, mask: 4 },
          { attempt: 1, run: 3, mask: 8 },
        ],
        4,
      ),
      2,
    );
    expect([[...first], [...mask], [...runs]]).toEqual([
      [0, 2],
      [0, 5],
      [0, 3],
    ]);
  });
});

describe("a run that is added", () => {
  it("makes the cube that folding all runs makes, in whatever order they come", () => {
    fc.assert(
      fc.property(shuffledRuns, (runs) => {
        const cell = Uint16Array.from({ length: ATTEMPTS }, (_, at) => at % 2);
        const rest = { cell, outcome: new Uint8Array(ATTEMPTS), arm: new Uint8Array(ATTEMPTS) };
        const grown: AttemptColumns = {
          ...rest,
          first: new Uint8Array(ATTEMPTS),
          mask: maskColumn(4, ATTEMPTS),
          runs: new Uint8Array(ATTEMPTS),
        };
        const live = cubeOf(grown, REQUIRED, 2);
        for (const { attempt, run, mask } of runs) addRun(live, grown, attempt, { run, failed: mask });
        expect(bytesOf(live)).toEqual(
          bytesOf(cubeOf({ ...rest, ...foldColumns(columnsOf(runs, 4), ATTEMPTS) }, REQUIRED, 2)),
        );
      }),
    );
  });
});

describe("a cube of 12 checks and 240 cells", () => {
  it("stays under 16 MB over 400,000 attempts, and answers alike in any order", () => {
    const attempts = bigColumns(400_000, 1);
    const cube = cubeOf(attempts, 12, 240);
    expect(cube.byteLength).toBeLessThan(16e6);
    const reversed: AttemptColumns = {
      cell: attempts.cell.toReversed(),
      first: attempts.first.toReversed(),
      mask: attempts.mask.toReversed(),
      runs: attempts.runs.toReversed(),
      outcome: attempts.outcome.toReversed(),
      arm: attempts.arm.toReversed(),
    };
    const encode = (policy: PolicyCube): Uint8Array =>
      encodeCube(
        new Cube(
          new CellTable(
            ["cell"],
            Array.from({ length: 240 }, (_, at) => [String(at)]),
          ),
          new CheckTable(Array.from({ length: 12 }, (_, at) => `check-${String(at)}`)),
          policy,
        ),
      );
    const bytes = encode(cube);
    expect(bytes.length).toBeLessThan(16e6);
    expect(encode(cubeOf(reversed, 12, 240)).every((byte, at) => byte === bytes[at])).toBe(true);
  });
});

/** Attempts of which 27 % fail, each by one check and by every other with probability 1/20; some refused ones are canaries or overrides. */
function bigColumns(rows: number, seed: number): AttemptColumns {
  let state = seed;
  const draw = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const columns = {
    cell: new Uint16Array(rows),
    first: new Uint8Array(rows),
    mask: new Uint16Array(rows),
    runs: new Uint8Array(rows).fill(12),
    outcome: new Uint8Array(rows),
    arm: new Uint8Array(rows),
  };
  for (let at = 0; at < rows; at += 1) {
    columns.cell[at] = Math.floor(draw() * 240);
    if (draw() > 0.27) columns.outcome[at] = 1 + Math.floor(draw() * 3);
    else {
      columns.first[at] = columns.runs[at] = 1 + Math.floor(draw() * 12);
      let mask = 1 << Math.floor(draw() * 12);
      for (let bit = 0; bit < 12; bit += 1) if (draw() < 0.05) mask |= 1 << bit;
      columns.mask[at] = mask;
      columns.arm[at] = draw() < 0.9 ? 0 : 1 + Math.floor(draw() * 2);
      if (columns.arm[at] !== 0) columns.outcome[at] = 1 + Math.floor(draw() * 3);
    }
  }
  return columns;
}
