import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { repositoryRoot } from "./workspace.ts";

/** How a tool ended, with everything it printed. */
export interface ToolRun {
  readonly exitCode: number;
  readonly output: string;
  readonly seconds: number;
}

export interface ToolOptions {
  /** Folder to run in; the root when absent. */
  readonly cwd?: string;
  readonly color?: boolean;
  /** The tool writes to our terminal, and `output` stays empty. */
  readonly inherit?: boolean;
  /** `output` is stdout alone. */
  readonly stdoutOnly?: boolean;
  /** Variables beside those of {@link toolEnvironment}. */
  readonly env?: Readonly<Record<string, string>>;
}

/** PATH with the Node that runs us and the workspace's tools first; nothing phones home. */
export function toolEnvironment(color = false): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  return {
    ...env,
    ...(color ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }),
    PATH: [dirname(process.execPath), join(repositoryRoot, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(
      delimiter,
    ),
    TURBO_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
  };
}

/**
 * Runs a tool without a shell and waits for it.
 *
 * @param file name on PATH, or a path
 * @returns exit code 127 when the tool could not start, and 1 when a signal ended it
 */
export function runTool(file: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolRun> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(file, [...args], {
      cwd: options.cwd ?? repositoryRoot,
      env: { ...toolEnvironment(options.color), ...options.env },
      stdio: options.inherit === true ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => void (options.stdoutOnly === true || chunks.push(chunk)));
    const done = (exitCode: number, more = ""): void => {
      resolve({
        exitCode,
        output: Buffer.concat(chunks).toString("utf8") + more,
        seconds: (performance.now() - started) / 1000,
      });
    };
    child.on("error", (error) => done(127, `${file}: ${error.message}\n`));
    child.on("close", (code) => done(code ?? 1));
  });
}

/** For the compiler and the linter of types, which are Go: a run ends sooner than sweeping its memory would pay. */
export const UNSWEPT = { GOGC: "off" } as const;

/** Path of TypeScript 7's compiler; the name `tsc` on PATH is that of TypeScript 6. */
export const tsc7 = join(repositoryRoot, "node_modules", "typescript-7", "bin", "tsc");
