import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { withoutBlock, type Markers } from "../generate/block.ts";
import { CODES } from "../generate/readme.ts";
import { FACTS } from "../generate/step-readme.ts";
import { blankLiterals, lineAt } from "../source-text.ts";
import { isTest, readWorkspace, sourceFiles, type WorkspacePackage } from "../workspace.ts";

/** What the plugins of a kind look like. */
interface PluginShape {
  readonly kind: string;
  /** What its one default export is made by. */
  readonly define: string;
  /** The suite that its `src/index.test.ts` calls. */
  readonly contract: string;
  /** The fixed headings of its README, in their order. */
  readonly headings: readonly string[];
  readonly markers: Markers;
}

/** By folder of `plugins/`. */
const SHAPES: Readonly<Record<string, PluginShape>> = {
  checks: {
    kind: "check",
    define: "defineCheck",
    contract: "checkContract",
    headings: ["What it proves", "Evidence it needs", "Verdicts and finding codes", "Known faults of the hardware"],
    markers: CODES,
  },
  steps: {
    kind: "step",
    define: "defineStep",
    contract: "stepContract",
    headings: ["What it does", "How its effect is seen", "Facts", "When a person decides"],
    markers: FACTS,
  },
};

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
    .flatMap((unit) => [...pluginProblems(root, unit), ...sourceProblems(root, unit.dir)]);
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

function pluginProblems(root: string, { dir, manifest }: WorkspacePackage): string[] {
  const shape = /^plugins\/([^/]+)\//.exec(dir)?.[1];
  const of = shape === undefined ? undefined : SHAPES[shape];
  if (of === undefined) return [];
  const problems: string[] = [];
  const id = basename(dir);
  const say = (file: string, what: string): void => void problems.push(`${dir}/${file}: ${what}`);
  for (const entry of readdirSync(join(root, dir)))
    if (!PLUGIN_ENTRIES.has(entry)) say(entry, "a plugin has no such file: tools run from the root's configs");
  if (manifest.slipway?.kind !== of.kind || manifest.slipway.id !== id)
    say("package.json", `slipway must be {"kind": "${of.kind}", "id": "${id}"}`);
  if (manifest.exports["."] !== "./src/index.ts") say("package.json", "exports must map . to ./src/index.ts");
  problems.push(...readmeProblems(root, dir, of), ...sourceOfPlugin(root, dir, of));
  return of.kind === "check" ? [...problems, ...exampleProblems(root, dir)] : problems;
}

/** Code of a file without its literals; undefined where there is no such file. */
const codeOf = (path: string): string | undefined =>
  existsSync(path) ? blankLiterals(readFileSync(path, "utf8")) : undefined;

function sourceOfPlugin(root: string, dir: string, { kind, define, contract }: PluginShape): string[] {
  const problems: string[] = [];
  const say = (file: string, what: string): void => void problems.push(`${dir}/${file}: ${what}`);
  const index = codeOf(join(root, dir, "src/index.ts"));
  if (index === undefined) say("src/index.ts", "is missing");
  else {
    if (!new RegExp(`^export default ${define}\\s*\\(`, "m").test(index))
      say("src/index.ts", `must end in \`export default ${define}({…})\``);
    if (/^export (?!default)/m.test(index)) say("src/index.ts", `must export the ${kind} alone`);
  }
  for (const file of sourceFiles(root, dir).filter((name) => !isTest(name)))
    if (/\bimport\s*\(/.test(codeOf(join(root, file)) ?? ""))
      problems.push(`${file}: import() in a plugin: the catalog loads it whole`);
  const test = codeOf(join(root, dir, "src/index.test.ts"));
  if (test === undefined) say("src/index.test.ts", `is missing: it calls ${contract}`);
  else if (!new RegExp(`\\b${contract}\\s*\\(`).test(test)) say("src/index.test.ts", `does not call ${contract}`);
  return problems;
}

function readmeProblems(root: string, dir: string, { headings, markers }: PluginShape): string[] {
  const file = `${dir}/README.md`;
  if (!existsSync(join(root, file))) return [`${file}: is missing`];
  const text = readFileSync(join(root, file), "utf8");
  const problems: string[] = [];
  if (!text.startsWith(`# ${basename(dir)}\n`)) problems.push(`${file}: must begin with "# ${basename(dir)}"`);
  const found = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  if (found.join("|") !== headings.join("|")) problems.push(`${file}: its headings must be: ${headings.join(", ")}`);
  if (!text.includes(markers.start)) problems.push(`${file}: has no marker ${markers.start}`);
  const written = withoutBlock(text, markers).split("\n").length - 1;
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
