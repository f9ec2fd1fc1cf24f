import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "@slipway/plugin-sdk";

const GLOSSARY = "docs/glossary.md";
/** Words that need no explaining. */
const PLAIN = new Set(["all", "left", "not", "over", "too", "up", "without"]);

/** Words of a check's id and finding codes that neither the glossary nor the README of the check explains. */
export function unexplainedWords(root: string, dir: string, check: Pick<Check, "id" | "codes">): string[] {
  const glossary = readFileSync(join(root, GLOSSARY), "utf8").toLowerCase();
  const entries = new Set(
    [...glossary.matchAll(/^\| \*\*([^*]+)\*\*/gm)].flatMap((match) => (match[1] ?? "").split(/[\s,]+/)),
  );
  const prose = readFileSync(join(root, dir, "README.md"), "utf8")
    .replace(/<!-- codes[\s\S]*<!-- \/codes -->/, "")
    .toLowerCase();
  const words = new Set([check.id, ...Object.keys(check.codes)].flatMap((term) => term.split("-")));
  const known = (word: string): boolean =>
    PLAIN.has(word) ||
    [word, word.replace(/s$/, "")].some((form) => entries.has(form) || new RegExp(`\\b${form}`).test(prose));
  return [...words]
    .filter((word) => !known(word))
    .map((word) => `${dir}/README.md: neither it nor ${GLOSSARY} explains the word ${word} of a finding code`);
}
