import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../workspace.ts";
import { allTitles, RULES_PAGE, rulesOf, testTitles, unknownLetters, untestedRules } from "./rules.ts";

const rules = rulesOf(readFileSync(join(repositoryRoot, RULES_PAGE), "utf8"));

describe("docs/rules.md", () => {
  it("says every rule once, in one sentence each, and numbers each series without a gap", () => {
    const letters = rules.map(({ letter }) => letter);
    expect(letters.length).toBeGreaterThanOrEqual(61);
    expect(new Set(letters).size).toBe(letters.length);
    for (const { letter, sentence } of rules) expect(sentence, letter).toMatch(/^[A-Z`].*\.$/);
    for (const [series, members] of Map.groupBy(letters, (letter) => letter.charAt(0))) {
      const numbers = members.map((letter) => Number(letter.slice(1)));
      const first = numbers[0] ?? 0;
      expect([0, 1], series).toContain(first);
      expect(numbers, series).toEqual(numbers.map((_, index) => first + index));
    }
  });
});

describe("the judging rules", () => {
  const titles = allTitles(repositoryRoot);

  it("each have a test that is titled by them", () => {
    expect(untestedRules(rules, titles)).toEqual([]);
  });

  it("are the only ones that titles name", () => {
    expect(unknownLetters(rules, titles)).toEqual([]);
  });
});

describe("letters in titles", () => {
  const page = rulesOf("| **D5** | One. |\n| **D6** | Two. |\n| not a rule | Three. |\n");
  const titled = (code: string, file = "plugins/checks/a/src/rules.test.ts") => testTitles(file, code);

  it("are found in titles alone", () => {
    expect(
      titled('it("D5 is one", () => { expect("D6"); });\nit.each([1, 2])(`D7 %s`, f);\n// it("D8")').map(
        ({ line, title }) => [line, title],
      ),
    ).toEqual([
      [1, "D5 is one"],
      [2, "D7 %s"],
    ]);
  });

  it("show a rule without a test", () => {
    expect(untestedRules(page, titled('it("D5 is one", f);'))).toEqual(["docs/rules.md: no test is titled by rule D6"]);
  });

  it("that the page lacks are named with their line: of its series anywhere, of any other where they begin the title", () => {
    const lacks = (letter: string) =>
      `plugins/checks/a/src/rules.test.ts:1: a title names rule ${letter}, which docs/rules.md lacks`;
    expect(unknownLetters(page, titled('it("D5 D7 is one", f);'))).toEqual([lacks("D7")]);
    expect(unknownLetters(page, titled('it("never passes (D9)", f);'))).toEqual([lacks("D9")]);
    expect(unknownLetters(page, titled('it("D5, Q1 hold", f);'))).toEqual([lacks("Q1")]);
    expect(unknownLetters(page, titled('it("an A10 of 2 GPUs", f);'))).toEqual([]);
    expect(unknownLetters(page, titled('it("Q1 of other pages", f);', "packages/stats/src/a.test.ts"))).toEqual([]);
  });
});
