import { runTool, UNSWEPT } from "../run-tool.ts";
import type { Outcome } from "../run-all.ts";

/** What is looked at, and how. */
export interface LintContext {
  readonly root: string;
  /** Files and folders from the root. */
  readonly paths: readonly string[];
  readonly color: boolean;
  /** Write what a tool can mend by itself. */
  readonly fix: boolean;
}

/** A folder without a file that a tool reads is no fault of the folder. */
const MAY_BE_EMPTY = "--no-error-on-unmatched-pattern";

async function run({ root, paths, color }: LintContext, tool: string, args: readonly string[]): Promise<Outcome> {
  const { exitCode, output } = await runTool(tool, [...args, MAY_BE_EMPTY, ...paths], {
    cwd: root,
    color,
    env: UNSWEPT,
  });
  return { ok: exitCode === 0, output };
}

/** Fast rules, with types. */
export const oxlint = (context: LintContext): Promise<Outcome> =>
  run(context, "oxlint", ["--type-aware", "--quiet", ...(context.fix ? ["--fix"] : [])]);

/** Slow rules: it reads the types of the whole program first. */
export const eslint = (context: LintContext): Promise<Outcome> => run(context, "eslint", context.fix ? ["--fix"] : []);

/** Prettier need not read again what it found right, by content, its own version and its settings. */
const REMEMBERED = ["--cache", "--cache-strategy=content", "--cache-location=.turbo/prettier.json"];

/** Whether prettier would write the same text; what it would change is named, and how to have it changed. */
export async function format(context: LintContext): Promise<Outcome> {
  const mode = context.fix ? ["--write", "--log-level=warn"] : ["--list-different"];
  const { ok, output } = await run(context, "prettier", [...mode, "--ignore-unknown", ...REMEMBERED]);
  if (ok || context.fix) return { ok, output };
  return {
    ok,
    output: `${output.trimEnd()}\nnot as prettier writes it: ./slipway lint --fix ${context.paths.join(" ")}\n`,
  };
}
