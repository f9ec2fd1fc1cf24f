import { existsSync } from "node:fs";
import { join } from "node:path";
import { generatedFiles, staleFiles, writeGenerated } from "../generate/generate.ts";
import { layerViolations } from "../house/layers.ts";
import { sourceProblems, structureProblems } from "../house/structure.ts";
import { runTool, tsc7 } from "../run-tool.ts";
import type { Targets } from "./targets.ts";

/** What one tool found. */
export interface ToolResult {
  readonly tool: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** What it printed, when it failed. */
  readonly output: string;
}

export interface ToolContext {
  readonly root: string;
  readonly targets: Targets;
  /** Rewrite what is derived: generated files, and the snapshots of tests. */
  readonly update: boolean;
  readonly color: boolean;
}

type Tool = (context: ToolContext) => Promise<{ ok: boolean; output: string }>;

const ran = ({ exitCode, output }: { exitCode: number; output: string }): { ok: boolean; output: string } => ({
  ok: exitCode === 0,
  output,
});

const tests: Tool = async ({ root, targets, update, color }) => {
  const folders = targets.all ? [] : targets.dirs.map((dir) => `${dir}/`);
  return ran(await runTool("vitest", ["run", ...(update ? ["-u"] : []), ...folders], { cwd: root, color }));
};

const OTHERS_SHOWN = 5;

/** The whole program is checked, incrementally: every error of the targets is shown, and a few of the rest. */
const types: Tool = async ({ root, targets }) => {
  const { exitCode, output } = await runTool(process.execPath, [tsc7, "-p", root, "--pretty", "false"], { cwd: root });
  const own = (line: string): boolean => targets.dirs.some((dir) => line.startsWith(`${dir}/`));
  const errors = output.trimEnd().split(/\n(?=\S)/);
  const others = errors.filter((error) => !own(error));
  const rest =
    others.length > OTHERS_SHOWN
      ? [`and ${String(others.length - OTHERS_SHOWN)} more outside: ./slipway typecheck`]
      : [];
  return { ok: exitCode === 0, output: [...errors.filter(own), ...others.slice(0, OTHERS_SHOWN), ...rest].join("\n") };
};

const lint: Tool = async ({ root, targets, color }) =>
  ran(await runTool("oxlint", ["--type-aware", "--quiet", ...targets.dirs], { cwd: root, color }));

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

const generated: Tool = async ({ root, targets, update }) => {
  const files = await generatedFiles(root, targets.all ? {} : { checks: targets.dirs });
  const stale = update ? [] : staleFiles(root, files);
  if (update) writeGenerated(root, files);
  return { ok: stale.length === 0, output: stale.map((file) => `${file} differs: run \`pnpm generate\`\n`).join("") };
};

/** In the order in which a failure is worth reading. */
const TOOLS: Readonly<Record<string, Tool>> = { tests, types, lint, boundaries, structure, generated };

/** Runs every tool at once; each answers for itself, and one that throws has failed. */
export function runTools(context: ToolContext): Promise<ToolResult[]> {
  return Promise.all(
    Object.entries(TOOLS).map(async ([tool, run]) => {
      const started = performance.now();
      const seconds = (): number => (performance.now() - started) / 1000;
      try {
        const { ok, output } = await run(context);
        return { tool, ok, seconds: seconds(), output: ok ? "" : output };
      } catch (error) {
        return {
          tool,
          ok: false,
          seconds: seconds(),
          output: `${error instanceof Error ? error.message : String(error)}\n`,
        };
      }
    }),
  );
}
