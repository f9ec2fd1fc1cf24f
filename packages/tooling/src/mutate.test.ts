import { expect, it } from "vitest";
import { scoreOf } from "./mutate.ts";

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
