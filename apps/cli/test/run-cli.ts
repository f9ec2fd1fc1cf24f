import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { runProgram } from "../src/program.ts";

const main = join(import.meta.dirname, "../src/main.ts");
export const repositoryRoot = join(import.meta.dirname, "../../..");

/** The checks these tests speak of; a clone may have more. */
export const CHECKS = [
  "dcdiag",
  "gpu-inventory",
  "gpu-memory",
  "hypervisor",
  "ib-xdr",
  "imex",
  "nccl",
  "nvl-fabric",
  "xid",
] as const;
/** Flags that judge by these and no others. */
export const BY_CHECKS: readonly string[] = CHECKS.flatMap((id) => ["--check", id]);

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as one JSON document a line. */
  documents<T = Record<string, unknown>>(): T[];
}

interface CliOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What stands on standard input, which is empty otherwise. */
  readonly input?: string;
}

const settings = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
  SLIPWAY_ROOT: repositoryRoot,
  ...env,
});

const ended = (status: number | null, stdout: string, stderr: string): CliRun => ({
  status,
  stdout,
  stderr,
  documents: <T>() =>
    stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as T),
});

/** Runs `slipway` from source in a process of its own, as a user would, and waits for its end. */
export function slipwayProcess(args: readonly string[], { cwd, env, input }: CliOptions = {}): CliRun {
  const run = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    cwd: cwd ?? repositoryRoot,
    env: { ...process.env, ...settings(env) },
    ...(input === undefined ? {} : { input }),
    maxBuffer: 2 ** 28,
  });
  return ended(run.status, run.stdout, run.stderr);
}

/**
 * Runs `slipway` in this process, which spares the start of another. One at a time: the streams, the environment, the
 * folder and the exit code of the process are the command's until it ends.
 *
 * @throws Error when the command leaves something open that would keep a process of its own from ending
 */
export async function slipway(args: readonly string[], { cwd, env, input = "" }: CliOptions = {}): Promise<CliRun> {
  const before = process.getActiveResourcesInfo();
  const stdout = captured(process.stdout);
  const stderr = captured(process.stderr);
  const restore = [
    stdout.restore,
    stderr.restore,
    withSettings(settings(env)),
    withProperty(process, "stdin", Readable.from([Buffer.from(input)])),
  ];
  const folder = process.cwd();
  const exitCode = process.exitCode;
  try {
    process.chdir(cwd ?? repositoryRoot);
    process.exitCode = undefined;
    await runProgram(args);
    return ended(Number(process.exitCode ?? 0), stdout.text(), stderr.text());
  } finally {
    process.chdir(folder);
    process.exitCode = exitCode;
    for (const undo of restore) undo();
    await nothingOpen(args, before);
  }
}

/** Has what is written to a stream kept instead. */
function captured(stream: NodeJS.WriteStream): { readonly text: () => string; readonly restore: () => void } {
  const chunks: Buffer[] = [];
  const write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk));
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  return { text: () => Buffer.concat(chunks).toString("utf8"), restore: withProperty(stream, "write", write) };
}

/** Gives an object a property of its own. @returns what undoes it */
function withProperty(owner: object, name: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { configurable: true, writable: true, value });
  return () => void (own === undefined ? Reflect.deleteProperty(owner, name) : Object.defineProperty(owner, name, own));
}

/** Sets variables of the environment, and takes those away that are undefined. @returns what undoes it */
function withSettings(env: NodeJS.ProcessEnv): () => void {
  const set = (values: NodeJS.ProcessEnv): void => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
  const before = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name]]));
  set(env);
  return () => set(before);
}

const SETTLE_MS = 10;
const SETTLES = 1000;

/** Waits until nothing more is open than before. */
async function nothingOpen(args: readonly string[], before: readonly string[]): Promise<void> {
  for (let settled = 0; process.getActiveResourcesInfo().length > before.length; settled += 1) {
    if (settled === SETTLES)
      throw new Error(
        `slipway ${args.join(" ")} left open: ${process.getActiveResourcesInfo().join(", ")}; before: ${before.join(", ")}`,
      );
    await sleep(SETTLE_MS);
  }
}
