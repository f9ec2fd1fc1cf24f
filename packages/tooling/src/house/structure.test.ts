import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runTool } from "../run-tool.ts";
import { readWorkspace, repositoryRoot, sourceFiles } from "../workspace.ts";
import { sourceProblems, structureProblems } from "./structure.ts";

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const EXEMPLAR = "plugins/checks/ib-xdr";

/** A workspace that holds a copy of one plugin alone; of the exemplary check where none is named. */
function copyOfExemplar(plugin = EXEMPLAR): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-structure-"));
  made.push(root);
  writeFileSync(join(root, "pnpm-workspace.yaml"), "packages: [plugins/*/*]\n");
  cpSync(join(repositoryRoot, plugin), join(root, plugin), {
    recursive: true,
    filter: (source) => !source.includes("node_modules"),
  });
  return root;
}

describe("structure", () => {
  it("is kept by every package of this repository and by its benches: names, shape, at most 300 lines a file", () => {
    expect([...structureProblems(repositoryRoot), ...sourceProblems(repositoryRoot, "bench")]).toEqual([]);
  });

  it("is asked of every source file that git knows", async () => {
    const asked = new Set(
      ["bench", ...readWorkspace(repositoryRoot).map(({ dir }) => dir)].flatMap((dir) =>
        sourceFiles(repositoryRoot, dir),
      ),
    );
    const { output } = await runTool("git", ["ls-files", "packages", "plugins", "apps", "bench"]);
    const known = output
      .split("\n")
      .filter((file) => /\.tsx?$/.test(file) && !file.startsWith("packages/tooling/templates/"))
      .filter((file) => existsSync(join(repositoryRoot, file)));
    expect(known.length).toBeGreaterThan(500);
    expect(known.filter((file) => !asked.has(file))).toEqual([]);
  });

  it("is kept by the exemplar alone", () => {
    expect(structureProblems(copyOfExemplar())).toEqual([]);
  });

  it("wants README, test, index and examples of every verdict", () => {
    const root = copyOfExemplar();
    for (const file of ["README.md", "src/index.ts", "src/index.test.ts", "examples"])
      rmSync(join(root, EXEMPLAR, file), { recursive: true });
    mkdirSync(join(root, EXEMPLAR, "examples/pass-odd_name"), { recursive: true });
    expect(structureProblems(root).map((problem) => problem.slice(EXEMPLAR.length + 1))).toEqual([
      "README.md: is missing",
      "src/index.ts: is missing",
      "src/index.test.ts: is missing: it calls checkContract",
      "examples: has no example fail-…",
      "examples: has no example inconclusive-…",
      "examples/pass-odd_name: is not named <verdict>-<what>",
      "examples/pass-odd_name: has no bundle.json",
      "examples/pass-odd_name: has no expected.json",
    ]);
  });

  it("wants README, test and index of a step, and the step as its one export", () => {
    const step = "plugins/steps/reboot";
    const root = copyOfExemplar(step);
    expect(structureProblems(root)).toEqual([]);
    for (const file of ["README.md", "src/index.test.ts"]) rmSync(join(root, step, file));
    writeFileSync(join(root, step, "src/index.ts"), "export const step = {};\n");
    expect(structureProblems(root).map((problem) => problem.slice(step.length + 1))).toEqual([
      "README.md: is missing",
      "src/index.ts: must end in `export default defineStep({…})`",
      "src/index.ts: must export the step alone",
      "src/index.test.ts: is missing: it calls stepContract",
    ]);
    writeFileSync(join(root, step, "README.md"), "# reboot\n\n## What it does\n");
    expect(structureProblems(root).slice(0, 2)).toEqual([
      `${step}/README.md: its headings must be: What it does, How its effect is seen, Facts, When a person decides`,
      `${step}/README.md: has no marker <!-- facts: made by \`./slipway generate\` -->`,
    ]);
  });

  it("refuses configs of a plugin's own", () => {
    const root = copyOfExemplar();
    writeFileSync(join(root, EXEMPLAR, "tsconfig.json"), "{}");
    expect(structureProblems(root)).toEqual([
      `${EXEMPLAR}/tsconfig.json: a plugin has no such file: tools run from the root's configs`,
    ]);
  });

  it("finds leftovers in code, and none in text", () => {
    const root = mkdtempSync(join(tmpdir(), "slipway-structure-"));
    made.push(root);
    mkdirSync(join(root, "src"));
    const suppression = ["// es", "lint-disable-next-line"].join("");
    writeFileSync(
      join(root, "src/leftovers.ts"),
      ["const a: any = 1;", "console.log(a as any);", suppression, "f<any>([] as any[]);"].join("\n"),
    );
    writeFileSync(
      join(root, "src/clean.ts"),
      ["// console.log of any: kind", 'const text = "as any; console.log()";', "const anything = { any: 1 };"].join(
        "\n",
      ),
    );
    writeFileSync(join(root, "src/utils.ts"), "x\n".repeat(301));
    expect(sourceProblems(root, ".").map((problem) => problem.replace("./", ""))).toEqual([
      "src/leftovers.ts:2: console: print through process.stdout or a log port",
      "src/leftovers.ts:1: the type any",
      "src/leftovers.ts:2: the type any",
      "src/leftovers.ts:4: the type any",
      "src/leftovers.ts:4: the type any",
      `src/leftovers.ts:3: ${["es", "lint-disable"].join("")} silences a checker`,
      "src/utils.ts: has 301 lines, more than 300: split it",
      "src/utils.ts: name a file by what it holds",
    ]);
  });
});
