import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CODES_END, CODES_START } from "../generate/readme.ts";
import { blankLiterals, lineAt } from "../source-text.ts";
import { isTest, readWorkspace, sourceFiles, type WorkspacePackage } from "../workspace.ts";

/** The four fixed headings of a check's README, in their order. */
export const README_HEADINGS = [
  "What it proves",
  "Evidence it needs",
  "Verdicts and finding codes",
  "Known faults of the hardware",
] as const;

const PLUGIN_ENTRIES = new Set([
  ".turbo",
  "CHANGELOG.md",
  "README.md",
  "dist",
  "examples",
  "node_modules",
  "package.json",
  "src",
  "test",
]);
const MAX_SOURCE_LINES = 300;
const MAX_README_LINES = 60;
/** What no source holds: leftovers of debugging, and ways round a checker. */
const LEFTOVERS: readonly (readonly [RegExp, string])[] = [
  [/\bconsole\s*\./g, "console: print through process.stdout or a log port"],
  [/\bdebugger\b/g, "debugger"],
  [/\b(?:it|test|describe)\s*\.\s*(?:only|todo)\b/g, "a test that hides others or is none"],
  [/(?::|\bas|<|=>|,|=|\|)\s*any\b(?=\s*(?:[[\]>,;|)=]|$))/gm, "the type any"],
];
/** The same, where a comment is the place it is written in. */
const SUPPRESSIONS = /@ts-(?:ignore|nocheck|expect-error)|(?:es|ox)lint-disable/g;

/** Everything about the shape of packages that is not as the house has it, as `file: what`. */
export function structureProblems(root: string, only?: readonly string[]): string[] {
  return readWorkspace(root)
    .filter(({ dir }) => only === undefined || only.includes(dir))
    .flatMap((unit) => [
      ...(unit.dir.startsWith("plugins/checks/") ? checkProblems(root, unit) : []),
      ...sourceProblems(root, unit.dir),
    ]);
}

/** Sizes, names and leftovers in the source of one folder. */
export function sourceProblems(root: string, dir: string): string[] {
  return sourceFiles(root, dir).flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const problems: string[] = [];
    const lines = text.split("\n").length - 1;
    if (lines > MAX_SOURCE_LINES && basename(file) !== "generated.ts")
      problems.push(`${file}: has ${String(lines)} lines, more than ${String(MAX_SOURCE_LINES)}: split it`);
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|d|config))*\.tsx?$/.test(basename(file)))
      problems.push(`${file}: a file name is kebab-case`);
    if (/(^|[-/])(utils?|helpers?|misc|common)(-|\.|\/)/.test(file.slice(dir.length)))
      problems.push(`${file}: name a file by what it holds`);
    const code = blankLiterals(text);
    for (const [pattern, what] of LEFTOVERS)
      for (const match of code.matchAll(pattern))
        problems.push(`${file}:${String(lineAt(text, match.index))}: ${what}`);
    for (const match of text.matchAll(SUPPRESSIONS))
      problems.push(`${file}:${String(lineAt(text, match.index))}: ${match[0]} silences a checker`);
    return problems;
  });
}

function checkProblems(root: string, { dir, manifest }: WorkspacePackage): string[] {
  const problems: string[] = [];
  const id = basename(dir);
  const say = (file: string, what: string): void => void problems.push(`${dir}/${file}: ${what}`);
  for (const entry of readdirSync(join(root, dir)))
    if (!PLUGIN_ENTRIES.has(entry)) say(entry, "a plugin has no such file: tools run from the root's configs");
  if (manifest.slipway?.kind !== "check" || manifest.slipway.id !== id)
    say("package.json", `slipway must be {"kind": "check", "id": "${id}"}`);
  if (manifest.exports["."] !== "./src/index.ts") say("package.json", "exports must map . to ./src/index.ts");
  problems.push(...readmeProblems(root, dir, id));

  const index = existsSync(join(root, dir, "src/index.ts"))
    ? blankLiterals(readFileSync(join(root, dir, "src/index.ts"), "utf8"))
    : undefined;
  if (index === undefined) say("src/index.ts", "is missing");
  else {
    if (!/^export default defineCheck\s*\(/m.test(index))
      say("src/index.ts", "must end in `export default defineCheck({…})`");
    if (/^export (?!default)/m.test(index)) say("src/index.ts", "must export the check alone");
  }
  for (const file of sourceFiles(root, dir).filter((name) => !isTest(name))) {
    if (/\bimport\s*\(/.test(blankLiterals(readFileSync(join(root, file), "utf8"))))
      problems.push(`${file}: import() in a plugin: the catalog loads it whole`);
  }
  if (!existsSync(join(root, dir, "src/index.test.ts"))) say("src/index.test.ts", "is missing: it calls checkContract");
  else if (!/\bcheckContract\s*\(/.test(blankLiterals(readFileSync(join(root, dir, "src/index.test.ts"), "utf8"))))
    say("src/index.test.ts", "does not call checkContract");
  return [...problems, ...exampleProblems(root, dir)];
}

function readmeProblems(root: string, dir: string, id: string): string[] {
  const file = `${dir}/README.md`;
  if (!existsSync(join(root, file))) return [`${file}: is missing`];
  const text = readFileSync(join(root, file), "utf8");
  const problems: string[] = [];
  if (!text.startsWith(`# ${id}\n`)) problems.push(`${file}: must begin with "# ${id}"`);
  const headings = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  if (headings.join("|") !== README_HEADINGS.join("|"))
    problems.push(`${file}: its headings must be: ${README_HEADINGS.join(", ")}`);
  if (!text.includes(CODES_START)) problems.push(`${file}: has no marker ${CODES_START}`);
  const written =
    text.replace(text.slice(text.indexOf(CODES_START), Math.max(text.indexOf(CODES_END), 0)), "").split("\n").length -
    1;
  if (written > MAX_README_LINES)
    problems.push(`${file}: has ${String(written)} lines beside its table, more than ${String(MAX_README_LINES)}`);
  return problems;
}

function exampleProblems(root: string, dir: string): string[] {
  const problems: string[] = [];
  const examples = globSync("*/", { cwd: join(root, dir, "examples") })
    .map((name) => name.replace(/\/$/, ""))
    .sort();
  for (const verdict of ["pass", "fail", "inconclusive"]) {
    if (!examples.some((name) => name.startsWith(`${verdict}-`)))
      problems.push(`${dir}/examples: has no example ${verdict}-…`);
  }
  for (const name of examples) {
    if (!/^(pass|fail|inconclusive|not-applicable)-[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
      problems.push(`${dir}/examples/${name}: is not named <verdict>-<what>`);
    for (const file of ["bundle.json", "expected.json"]) {
      if (!existsSync(join(root, dir, "examples", name, file)))
        problems.push(`${dir}/examples/${name}: has no ${file}`);
    }
  }
  return problems;
}
