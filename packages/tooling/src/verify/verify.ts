import { repositoryRoot } from "../workspace.ts";
import { changedTargets, namedTargets, type Targets } from "./targets.ts";
import { failuresAsText, type ToolResult } from "../run-all.ts";
import { runTools, type ToolContext } from "./tools.ts";

export interface VerifyOptions {
  readonly json?: boolean;
  readonly base?: string;
  readonly update?: boolean;
}

/** What `verify` found, in all. */
export interface Verification {
  readonly targets: Targets;
  readonly tools: readonly ToolResult[];
  readonly ok: boolean;
}

/** Verifies folders with every tool at once. */
export async function verifyTargets(
  targets: Targets,
  options: Pick<ToolContext, "update" | "color" | "json">,
): Promise<Verification> {
  const context = { root: repositoryRoot, targets, ...options };
  const tools = targets.dirs.length === 0 ? [] : await runTools(context);
  return { targets, tools, ok: tools.every((tool) => tool.ok) };
}

/**
 * `verify`: tests, types, lint, format, boundaries, structure and generated files of what is named, or of
 * what git says changed.
 *
 * @returns the exit code: 0 green, 1 something failed
 */
export async function verify(names: readonly string[], options: VerifyOptions): Promise<number> {
  const targets =
    names.length > 0
      ? namedTargets(repositoryRoot, names, process.cwd())
      : await changedTargets(repositoryRoot, options.base);
  if (options.json !== true && targets.dirs.length > 0 && targets.reason !== "named") {
    process.stderr.write(`verifying ${targets.all ? "everything" : targets.dirs.join(" ")} (${targets.reason})\n`);
  }
  const json = options.json === true;
  const color = !json && process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const verification = await verifyTargets(targets, { update: options.update === true, color, json });
  process.stdout.write(json ? `${JSON.stringify(asDocument(verification))}\n` : asText(verification));
  return verification.ok ? 0 : 1;
}

/** Seconds since this process started. */
function totalSeconds(): number {
  return rounded(performance.now() / 1000);
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}

function asDocument({ targets, tools, ok }: Verification): unknown {
  return {
    schema: "slipway/verify@1",
    ok,
    targets: targets.dirs,
    reason: targets.reason,
    seconds: totalSeconds(),
    tools: tools.map(({ tool, ok: green, seconds, output }) => ({
      tool,
      ok: green,
      seconds: rounded(seconds),
      ...(green ? {} : { output }),
    })),
  };
}

/** What each failing tool printed, then the total. */
export function asText({ targets, tools, ok }: Verification): string {
  const what = targets.all ? "everything" : targets.dirs.join(" ");
  if (tools.length === 0) return `nothing to verify: ${targets.reason}\n`;
  const reason = targets.reason === "named" ? "" : `  (${targets.reason})`;
  return `${failuresAsText(tools)}${ok ? "green" : "RED"}  ${what}  ${totalSeconds().toFixed(2)} s${reason}\n`;
}
