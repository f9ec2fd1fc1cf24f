import { spawnSync } from "node:child_process";
import { join } from "node:path";

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

/** Runs `slipway` from source, as a user would, and waits for its end. */
export function slipway(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): CliRun {
  const { cwd, env, input } = options;
  const run = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    cwd: cwd ?? repositoryRoot,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, SLIPWAY_ROOT: repositoryRoot, ...env },
    ...(input === undefined ? {} : { input }),
    maxBuffer: 2 ** 28,
  });
  return {
    status: run.status,
    stdout: run.stdout,
    stderr: run.stderr,
    documents: <T>() =>
      run.stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as T),
  };
}
