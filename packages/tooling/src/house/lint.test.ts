import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { runTool } from "../run-tool.ts";
import { repositoryRoot } from "../workspace.ts";

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const IMPURE = [
  'import { readFileSync } from "node:fs";',
  "export const now = Date.now();",
  "export const chance = Math.random();",
  'export const home = process.env["HOME"];',
  "export const text = readFileSync(String(home));",
  "",
].join("\n");

/** Rules that oxlint reports for one file, under the configuration of this repository. */
async function reported(file: string, code: string): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), "slipway-lint-"));
  made.push(root);
  copyFileSync(join(repositoryRoot, ".oxlintrc.json"), join(root, ".oxlintrc.json"));
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), code);
  const { output } = await runTool("oxlint", ["-f", "json", "."], { cwd: root });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string }[] };
  return diagnostics.map(({ code: rule }) => rule).sort();
}

describe("oxlint", () => {
  it.each(["plugins/checks/alpha/src/judge.ts", "plugins/steps/alpha/src/index.ts"])(
    "refuses files, clock, randomness and environment in %s",
    async (file) => {
      expect(await reported(file, IMPURE)).toEqual([
        "eslint(no-restricted-globals)",
        "eslint(no-restricted-globals)",
        "eslint(no-restricted-imports)",
        "eslint(no-restricted-properties)",
      ]);
    },
  );

  it("allows them in its tests and in other packages", async () => {
    expect(await reported("plugins/checks/alpha/src/judge.test.ts", IMPURE)).toEqual([]);
    expect(await reported("packages/runner/src/ssh.ts", IMPURE)).toEqual([]);
  });

  it("lets the programs of CI print", async () => {
    expect(await reported(".ci/failing.mjs", 'console.log("1 failed");\n')).toEqual([]);
  });

  it("refuses the type any and leftovers of debugging anywhere", async () => {
    expect(await reported("packages/runner/src/ssh.ts", "export const a: any = 1;\nconsole.log(a);\n")).toEqual([
      "eslint(no-console)",
      "typescript(no-explicit-any)",
    ]);
  });
});

/** Runs a module of eslint's world and gives what it printed as JSON. */
async function answered(code: string): Promise<unknown> {
  const { output } = await runTool(process.execPath, ["--input-type=module", "--eval", code], { stdoutOnly: true });
  return JSON.parse(output);
}

describe("eslint", () => {
  it("looks at the same files as oxlint", { timeout: 60_000 }, async () => {
    const looked = (await runTool("oxlint", ["--debug=files", "."], { stdoutOnly: true })).output.trim().split("\n");
    const known = (
      await runTool("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"])
    ).output
      .trim()
      .split("\n")
      .filter((file) => /\.(ts|tsx|js|mjs)$/.test(file) && existsSync(join(repositoryRoot, file)));
    const ignored = await answered(`import { ESLint } from "eslint";
      const eslint = new ESLint({ cwd: ${JSON.stringify(repositoryRoot)} });
      const ignored = [];
      for (const file of ${JSON.stringify(known)}) if (await eslint.isPathIgnored(file)) ignored.push(file);
      process.stdout.write(JSON.stringify(ignored));`);
    expect(known.filter((file) => !(ignored as string[]).includes(file)).sort()).toEqual(looked.sort());
    expect(looked).toContain(".ci/failing.mjs");
    expect(looked).not.toContain("packages/catalog/src/generated.ts");
  });

  it("refuses the same in a plugin, and import() besides", { timeout: 60_000 }, async () => {
    // Without types: the rules of purity need none, and the whole program takes long to read.
    const eslint = `import { ESLint } from "eslint";
      import { parser } from "typescript-eslint";
      import config from ${JSON.stringify(pathToFileURL(join(repositoryRoot, "eslint.config.js")).href)};
      const purity = config.filter(({ rules }) => rules?.["no-restricted-syntax"] !== undefined);
      const linter = new ESLint({ overrideConfigFile: true, overrideConfig: [{ files: ["**/*.ts"], languageOptions: { parser } }, ...purity] });
      const code = ${JSON.stringify(`${IMPURE}export const zod = await import("zod");\n`)};
      const rules = async (filePath) => (await linter.lintText(code, { filePath })).flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId)).sort();
      process.stdout.write(JSON.stringify([await rules("plugins/checks/alpha/src/judge.ts"), await rules("plugins/checks/alpha/src/judge.test.ts")]));`;
    expect(await answered(eslint)).toEqual([
      [
        "no-restricted-globals",
        "no-restricted-globals",
        "no-restricted-imports",
        "no-restricted-properties",
        "no-restricted-syntax",
      ],
      [],
    ]);
  });
});
