import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blankLiterals } from "../source-text.ts";
import { isTest, readWorkspace, repositoryRoot, sourceFiles } from "../workspace.ts";

/** The judging rules, by letter, with how many each has. */
const LETTERS = { G: 11, D: 12, I: 9, X: 6, F: 7, M: 2, V: 2, Y: 5, H: 4, N: 5 } as const;
const rules = Object.entries(LETTERS).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index + 1)}`),
);

/** Titles of the suites and tests in a test file; a title made by a template is taken as it stands. */
function testTitles(code: string): string[] {
  const blanked = blankLiterals(code);
  return [...blanked.matchAll(/\b(?:it|test|describe)\b[^"'`;]{0,80}?\(\s*(["'`])/g)].map((match) => {
    const start = match.index + match[0].length;
    const quote = match[1] ?? "";
    return code.slice(start, code.indexOf(quote, start));
  });
}

describe("docs/rules.md", () => {
  const text = readFileSync(join(repositoryRoot, "docs/rules.md"), "utf8");
  const rows = [...text.matchAll(/^\| \*\*([A-Z]\d+)\*\* \| (.+?) \|$/gm)].map((match) => ({
    rule: match[1] ?? "",
    sentence: match[2] ?? "",
  }));

  it("says every rule once, in one sentence each", () => {
    expect(rows.map(({ rule }) => rule)).toEqual(rules);
    for (const { rule, sentence } of rows) expect(sentence, rule).toMatch(/^[A-Z`].*\.$/);
  });
});

describe("the judging rules", () => {
  it("each have a test that is titled by them", () => {
    const files = readWorkspace(repositoryRoot)
      .flatMap(({ dir }) => sourceFiles(repositoryRoot, dir))
      .filter(isTest);
    const titles = files.flatMap((file) => testTitles(readFileSync(join(repositoryRoot, file), "utf8")));
    const tested = new Set(
      titles.flatMap((title) => [...title.matchAll(/\b[A-Z]\d{1,2}\b/g)].map((match) => match[0])),
    );
    expect(rules.filter((rule) => !tested.has(rule))).toEqual([]);
  });

  it("are found in titles alone", () => {
    expect(testTitles('it("D5 is one", () => { expect("D6"); });\nit.each([1, 2])(`D7 %s`, f);\n// it("D8")')).toEqual([
      "D5 is one",
      "D7 %s",
    ]);
  });
});
