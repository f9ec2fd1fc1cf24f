import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { announcerFor, failuresAsText, runAll, type Announcer, type Outcome, type ToolResult } from "../run-all.ts";
import { repositoryRoot } from "../workspace.ts";
import { eslint, format, oxlint, type LintContext } from "./linters.ts";

const LINTERS: Readonly<Record<string, (context: LintContext) => Promise<Outcome>>> = { oxlint, eslint, format };

/**
 * `lint`: oxlint, eslint and prettier over the same paths; the whole repository when none is named.
 *
 * @returns the exit code: 0 clean, 1 something was found
 * @throws SlipwayError of kind `input` for a path that is not there, or lies outside the repository
 */
export async function lint(names: readonly string[], options: { fix?: boolean; json?: boolean }): Promise<number> {
  const paths = names.length === 0 ? ["."] : names.map((name) => pathFromRoot(name, process.cwd()));
  const color = options.json !== true && process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const context = { root: repositoryRoot, paths, color, fix: options.fix === true };
  const announcer = announcerFor(options.json === true);
  const results = await (context.fix ? mend(context, announcer) : runAll(bound(context), announcer));
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ schema: "slipway/lint@1", ok: results.every(({ ok }) => ok), paths, tools: results })}\n`
      : failuresAsText(results),
  );
  return results.every(({ ok }) => ok) ? 0 : 1;
}

const bound = (context: LintContext): Record<string, () => Promise<Outcome>> =>
  Object.fromEntries(Object.entries(LINTERS).map(([tool, run]) => [tool, () => run(context)]));

/** One after the other, prettier last: they write the same files. */
async function mend(context: LintContext, announcer: Announcer): Promise<ToolResult[]> {
  const results: ToolResult[] = [];
  for (const [tool, run] of Object.entries(bound(context))) results.push(...(await runAll({ [tool]: run }, announcer)));
  return results;
}

/** A path of the caller's as one from the root. */
export function pathFromRoot(name: string, cwd: string): string {
  const path = resolve(cwd, name);
  const inside = relative(repositoryRoot, path).split(sep).join("/");
  if (isAbsolute(inside) || inside.startsWith(".."))
    throw new SlipwayError("input", `${name}: is outside the repository`);
  if (!existsSync(path)) throw new SlipwayError("input", `${name}: there is no such path`);
  return inside === "" ? "." : inside;
}
