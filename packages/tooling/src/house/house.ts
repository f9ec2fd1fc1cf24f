import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importChecks } from "../generate/readme.ts";
import { codeProblems, releasedCodes } from "../generate/released-codes.ts";
import { readWorkspace, repositoryRoot } from "../workspace.ts";
import { agentsPageProblems } from "./agents-pages.ts";
import { unexplainedWords } from "./glossary.ts";
import { knownFaultProblems } from "./known-faults.ts";
import { barePnpm, deadLinks, markdownFiles } from "./markdown.ts";
import { ruleProblems } from "./rules.ts";

/**
 * What the tests of the house say of these folders: rule letters in titles, links and commands of pages, paths of the
 * pages for agents, and of checks the words and history of their finding codes and what the generator of known faults
 * says of their verdicts.
 *
 * @param dirs folders from the root
 */
export async function houseProblems(root: string, dirs: readonly string[]): Promise<string[]> {
  const units = readWorkspace(root).filter(({ dir }) => dirs.includes(dir));
  const checks = await importChecks(root, units);
  const released = releasedCodes(root).filter((line) => checks.some(({ id }) => line.startsWith(`${id} `)));
  return [
    ...ruleProblems(root, dirs),
    ...pageProblems(root, dirs),
    ...agentsPageProblems(root),
    ...codeProblems(released, checks),
    ...checks.flatMap((check) => unexplainedWords(root, `plugins/checks/${check.id}`, check)),
    ...knownFaultProblems(new Map(checks.map((check) => [check.id, check]))),
  ];
}

function pageProblems(root: string, dirs: readonly string[]): string[] {
  return markdownFiles(root)
    .filter((file) => dirs.some((dir) => file.startsWith(`${dir}/`)))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return [
        ...deadLinks(root, file, text).map((link) => `${file}: the link ${link} leads nowhere`),
        ...barePnpm(text).map((command) => `${file}: \`${command}\` needs a pnpm of the reader's own: say ./slipway`),
      ];
    });
}

// `verify` runs this file with the folders as arguments: a check that never ends must not stop what verify says.
if (import.meta.main) {
  const problems = await houseProblems(repositoryRoot, process.argv.slice(2));
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
