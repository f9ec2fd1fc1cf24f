import { existsSync } from "node:fs";
import { join } from "node:path";
import { generatedFiles, staleFiles, writeGenerated } from "../generate/generate.ts";
import { layerViolations } from "../house/layers.ts";
import { sourceProblems, structureProblems } from "../house/structure.ts";
import { runTool, tsc7, UNSWEPT } from "../run-tool.ts";
import { eslint, format, oxlint } from "../lint/linters.ts";
import { announcerFor, runAll, type Outcome, type ToolResult } from "../run-all.ts";
import type { Targets } from "./targets.ts";
import { vitestArguments } from "./vitest-arguments.ts";

export interface ToolContext {
  readonly root: string;
  readonly targets: Targets;
  /** Rewrite what is derived: generated files, and the snapshots of tests. */
  readonly update: boolean;
  readonly color: boolean;
  /** One JSON document is all that is printed to stdout. */
  readonly json: boolean;
}

type Tool = (context: ToolContext) => Promise<Outcome>;

const ran = ({ exitCode, output }: { exitCode: number; output: string }): Outcome => ({ ok: exitCode === 0, output });

const tests: Tool = async ({ root, targets, update, color }) =>
  ran(await runTool("vitest", vitestArguments(targets, update), { cwd: root, color }));

/** The folder of the house's own tests. */
const HOUSE = "packages/tooling";

const OTHERS_SHOWN = 5;

/** The whole program is checked, incrementally: every error of the targets is shown, and a few of the rest. */
const types: Tool = async ({ root, targets }) => {
  const { exitCode, output } = await runTool(process.execPath, [tsc7, "-p", root, "--pretty", "false"], {
    cwd: root,
    env: UNSWEPT,
  });
  const own = (line: string): boolean => targets.dirs.some((dir) => line.startsWith(`${dir}/`));
  const errors = output.trimEnd().split(/\n(?=\S)/);
  const others = errors.filter((error) => !own(error));
  const rest =
    others.length > OTHERS_SHOWN
      ? [`and ${String(others.length - OTHERS_SHOWN)} more outside: ./slipway typecheck`]
      : [];
  return { ok: exitCode === 0, output: [...errors.filter(own), ...others.slice(0, OTHERS_SHOWN), ...rest].join("\n") };
};

/** The same paths for every linter: the whole repository, or the folders that are verified. */
const overPaths =
  (linter: typeof oxlint): Tool =>
  ({ root, targets, color }) =>
    linter({ root, paths: targets.all ? ["."] : targets.dirs, color, fix: false });

const boundaries: Tool = async ({ root }) => {
  const turbo = runTool("turbo", ["boundaries", "--no-color"], { cwd: root });
  const violations = layerViolations(root).map(({ kind, where, message }) => `${kind}  ${where}  ${message}\n`);
  const { ok, output } = ran(await turbo);
  return { ok: ok && violations.length === 0, output: violations.join("") + (ok ? "" : output) };
};

const structure: Tool = ({ root, targets }) => {
  const bench = targets.dirs.includes("bench") && existsSync(join(root, "bench")) ? sourceProblems(root, "bench") : [];
  const problems = [...structureProblems(root, targets.dirs), ...bench];
  return Promise.resolve({ ok: problems.length === 0, output: problems.map((problem) => `${problem}\n`).join("") });
};

const generated: Tool = async ({ root, targets }) => {
  const stale = staleFiles(root, await expectedFiles(root, targets));
  return {
    ok: stale.length === 0,
    output: stale.map((file) => `${file} differs: run \`./slipway generate\`\n`).join(""),
  };
};

/** What the tests of the house say of the folders; where everything is verified, or this package, they run as tests. */
const house: Tool = async ({ root, targets }) =>
  ran(await runTool(process.execPath, [join(root, HOUSE, "src/house/house.ts"), ...targets.dirs], { cwd: root }));

const expectedFiles = (root: string, targets: Targets): ReturnType<typeof generatedFiles> =>
  generatedFiles(root, targets.all ? {} : { checks: targets.dirs });

/** In the order in which a failure is worth reading. eslint reads the whole program first, so it runs over everything or not at all. */
export const toolsFor = ({ all, dirs }: Targets): Readonly<Record<string, Tool>> => ({
  tests,
  types,
  lint: overPaths(oxlint),
  ...(all ? { eslint: overPaths(eslint) } : {}),
  format: overPaths(format),
  boundaries,
  structure,
  generated,
  ...(all || dirs.includes(HOUSE) ? {} : { house }),
});

/** Runs every tool at once. What is generated is rewritten before, where that is asked for, because tests read it. */
export async function runTools(context: ToolContext): Promise<ToolResult[]> {
  const { root, targets, update } = context;
  if (update) writeGenerated(root, await expectedFiles(root, targets));
  return runAll(
    Object.fromEntries(Object.entries(toolsFor(targets)).map(([tool, run]) => [tool, () => run(context)])),
    announcerFor(context.json),
  );
}
