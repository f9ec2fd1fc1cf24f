/** Whether a tool is content, and what it printed. */
export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** What one tool found. */
export interface ToolResult {
  readonly tool: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** What it printed, when it failed. */
  readonly output: string;
}

/** How often is said what is still running. */
const PROGRESS_MS = 5000;

/**
 * Runs every tool at once; each answers for itself, and one that throws has failed.
 *
 * @param say is told every five seconds which tools are still running
 */
export async function runAll(
  tools: Readonly<Record<string, () => Promise<Outcome>>>,
  say: (text: string) => void,
): Promise<ToolResult[]> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const running = new Set(Object.keys(tools));
  const progress = setInterval(
    () => say(`${seconds().toFixed(0)} s, still running: ${[...running].join(", ")}\n`),
    PROGRESS_MS,
  );
  const results = await Promise.all(
    Object.entries(tools).map(async ([tool, run]): Promise<ToolResult> => {
      const { ok, output } = await outcomeOf(run);
      running.delete(tool);
      return { tool, ok, seconds: seconds(), output: ok ? "" : output };
    }),
  );
  clearInterval(progress);
  return results;
}

async function outcomeOf(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return { ok: false, output: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

/** Progress goes to stderr: stdout is for what was found. */
export const sayOnStderr = (text: string): void => void process.stderr.write(text);

/** One line per tool, then everything that a failing tool printed, in the order of the tools. */
export function resultsAsText(results: readonly ToolResult[]): string {
  const rows = results.map(
    ({ tool, ok, seconds }) => `${ok ? "ok  " : "FAIL"}  ${tool.padEnd(10)}  ${seconds.toFixed(2).padStart(6)} s\n`,
  );
  const failures = results
    .filter(({ ok }) => !ok)
    .map(({ tool, output }) => `\n--- ${tool}\n${output.trimEnd() || "it failed and printed nothing"}\n---\n`);
  return [...rows, ...failures, failures.length === 0 ? "" : "\n"].join("");
}
