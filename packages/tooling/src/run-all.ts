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

/** Where lines go while tools run. */
export interface Announcer {
  /** Now and then, which tools are still running. */
  readonly progress: (text: string) => void;
  /** How a tool ended. */
  readonly ended: (text: string) => void;
}

/** Runs every tool at once; each answers for itself, and one that throws has failed. */
export async function runAll(
  tools: Readonly<Record<string, () => Promise<Outcome>>>,
  announcer: Announcer,
): Promise<ToolResult[]> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const running = new Set(Object.keys(tools));
  const sayRunning = (): void =>
    announcer.progress(`${seconds().toFixed(0)} s, still running: ${[...running].join(", ")}\n`);
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
      announcer.ended(rowOf(result));
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

const onStderr = (text: string): void => void process.stderr.write(text);
const onStdout = (text: string): void => void process.stdout.write(text);

/** Progress goes to stderr, and results to stdout, unless one JSON document is all that may stand there. */
export const announcerFor = (json: boolean): Announcer => ({ progress: onStderr, ended: json ? onStderr : onStdout });

const rowOf = ({ tool, ok, seconds }: ToolResult): string =>
  `${ok ? "ok  " : "FAIL"}  ${tool.padEnd(10)}  ${seconds.toFixed(2).padStart(6)} s\n`;

/** Everything that the failing tools printed, in the order of the tools; empty when there is none. */
export function failuresAsText(results: readonly ToolResult[]): string {
  const failures = results
    .filter(({ ok }) => !ok)
    .map(({ tool, output }) => `\n--- ${tool}\n${output.trimEnd() || "it failed and printed nothing"}\n---\n`);
  return [...failures, failures.length === 0 ? "" : "\n"].join("");
}
