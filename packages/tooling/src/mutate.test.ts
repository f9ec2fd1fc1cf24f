import { expect, it } from "vitest";
import { checkOfTheDay, scoreOf } from "./mutate.ts";

const mutant = (status: string, line: number) => ({
  status,
  mutatorName: "BooleanLiteral",
  replacement: "false\n  x",
  location: { start: { line } },
});

it("counts what was caught or ran into its time limit, and lists what was not", () => {
  const files = {
    "src/judge.ts": {
      mutants: [
        mutant("Killed", 1),
        mutant("Timeout", 2),
        mutant("Survived", 3),
        mutant("NoCoverage", 4),
        mutant("RuntimeError", 5),
        mutant("Ignored", 6),
      ],
    },
  };
  expect(scoreOf({ files })).toEqual({
    score: 0.5,
    caught: 2,
    missed: ["src/judge.ts:3  BooleanLiteral → false x", "src/judge.ts:4  BooleanLiteral → false x"],
  });
});

it("is no score at all without mutants", () => {
  expect(scoreOf({ files: {} })).toEqual({ score: 0, caught: 0, missed: [] });
});

it("takes each check in its turn, one a day, whatever the order they are found in", () => {
  const day = (of: number): string => checkOfTheDay(["xid", "imex", "nccl"], new Date(Date.UTC(2026, 0, of, 23, 59)));
  expect(new Set([1, 2, 3].map(day))).toEqual(new Set(["imex", "nccl", "xid"]));
  expect(day(4)).toBe(day(1));
  expect(checkOfTheDay(["nccl", "xid", "imex"], new Date(Date.UTC(2026, 0, 1)))).toBe(day(1));
});
