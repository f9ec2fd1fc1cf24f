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

/** When is first said what is still running, and how often after that. */
const FIRST_PROGRESS_MS = 5000;
const PROGRESS_MS = 30_000;

/**
 * Runs every tool at once; each answers for itself, and one that throws has failed.
 *
 * @param say is told the result of each tool when it ends, and now and then which are still running
 */
export async function runAll(
  tools: Readonly<Record<string, () => Promise<Outcome>>>,
  say: (text: string) => void,
): Promise<ToolResult[]> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const running = new Set(Object.keys(tools));
  const sayRunning = (): void => say(`${seconds().toFixed(0)} s, still running: ${[...running].join(", ")}\n`);
  let repeated: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    sayRunning();
    repeated = setInterval(sayRunning, PROGRESS_MS);
  }, FIRST_PROGRESS_MS);
  const results = await Promise.all(
    Object.entries(tools).map(async ([tool, run]): Promise<ToolResult> => {
      const { ok, output } = await outcomeOf(run);
      const result = { tool, ok, seconds: seconds(), output: ok ? "" : output };
      running.delete(tool);
      say(rowOf(result));
      return result;
    }),
  );
  clearTimeout(first);
  clearInterval(repeated);
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

const rowOf = ({ tool, ok, seconds }: ToolResult): string =>
  `${ok ? "ok  " : "FAIL"}  ${tool.padEnd(10)}  ${seconds.toFixed(2).padStart(6)} s\n`;

/** One line per tool, then everything that a failing tool printed, in the order of the tools. */
export function resultsAsText(results: readonly ToolResult[]): string {
  const failures = results
    .filter(({ ok }) => !ok)
    .map(({ tool, output }) => `\n--- ${tool}\n${output.trimEnd() || "it failed and printed nothing"}\n---\n`);
  return [...results.map(rowOf), ...failures, failures.length === 0 ? "" : "\n"].join("");
}
