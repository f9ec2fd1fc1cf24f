import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blankLiterals, lineAt } from "../source-text.ts";
import { isTest, readWorkspace, sourceFiles } from "../workspace.ts";

/** The page that says the judging rules; their letters are read from it. */
export const RULES_PAGE = "docs/rules.md";

/** A row of the page. */
export interface Rule {
  readonly letter: string;
  readonly sentence: string;
}

/** The rules that a page says, in its order. */
export function rulesOf(page: string): Rule[] {
  return [...page.matchAll(/^\| \*\*([A-Z]\d+)\*\* \| (.+?) \|$/gm)].map(([, letter = "", sentence = ""]) => ({
    letter,
    sentence,
  }));
}

/** A suite or test by its title; one made by a template is taken as it stands. */
export interface Title {
  readonly file: string;
  readonly line: number;
  readonly title: string;
}

/** Titles of the suites and tests in a test file. */
export function testTitles(file: string, code: string): Title[] {
  const blanked = blankLiterals(code);
  return [...blanked.matchAll(/\b(?:it|test|describe)\b[^"'`;]{0,80}?\(\s*(["'`])/g)].map((match) => {
    const start = match.index + match[0].length;
    const quote = match[1] ?? "";
    return { file, line: lineAt(code, match.index), title: code.slice(start, code.indexOf(quote, start)) };
  });
}

const LETTER = /\b[A-Z]\d{1,2}\b/g;

/** Rules without a test that is titled by their letter. */
export function untestedRules(rules: readonly Rule[], titles: readonly Title[]): string[] {
  const tested = new Set(titles.flatMap(({ title }) => title.match(LETTER) ?? []));
  return rules
    .filter(({ letter }) => !tested.has(letter))
    .map(({ letter }) => `${RULES_PAGE}: no test is titled by rule ${letter}`);
}

/**
 * Titles by a letter that the page lacks: one of a series that the page has, wherever it stands in a title, or any
 * that begins the title of a check's test. Other series are other pages' rules, and other words are models of GPUs.
 */
export function unknownLetters(rules: readonly Rule[], titles: readonly Title[]): string[] {
  const known = new Set(rules.map(({ letter }) => letter));
  const series = new Set(rules.map(({ letter }) => letter.charAt(0)));
  return titles.flatMap(({ file, line, title }) => {
    const begins = file.startsWith("plugins/checks/") ? (/^(?:[A-Z]\d{1,2}\b[ ,]*)+/.exec(title)?.[0] ?? "") : "";
    const named = (title.match(LETTER) ?? []).filter((letter) => series.has(letter.charAt(0)));
    return [...new Set([...(begins.match(LETTER) ?? []), ...named])]
      .filter((letter) => !known.has(letter))
      .map((letter) => `${file}:${String(line)}: a title names rule ${letter}, which ${RULES_PAGE} lacks`);
  });
}

/** Titles of all tests of the repository. */
export function allTitles(root: string): Title[] {
  return readWorkspace(root)
    .flatMap(({ dir }) => sourceFiles(root, dir))
    .filter(isTest)
    .flatMap((file) => testTitles(file, readFileSync(join(root, file), "utf8")));
}

/** What the judging rules and the titles of these folders' tests do not say of each other. */
export function ruleProblems(root: string, dirs: readonly string[]): string[] {
  const rules = rulesOf(readFileSync(join(root, RULES_PAGE), "utf8"));
  const titles = allTitles(root);
  const own = titles.filter(({ file }) => dirs.some((dir) => file.startsWith(`${dir}/`)));
  return [...unknownLetters(rules, own), ...untestedRules(rules, titles)];
}
