import { spawn, type ChildProcess } from "node:child_process";
import { homedir } from "node:os";
import type { ProbeCommand } from "@slipway/plugin-sdk";
import { MARKER, MORE_PATH, readReaper, reaperArgv, USUAL_PATH, withLast, wrappedArgv } from "./program.ts";
import { CannotStart, runProbe, watchEnd, type Launcher, type RunningProgram } from "./run-probe.ts";
import { loginName } from "./ssh/config-file.ts";
import type { Connection, ExecOptions, ExecResult, Transport } from "@slipway/plugin-sdk";

/** Time limit of the reaper: on a healthy machine it takes up to two seconds. */
const REAP_LIMIT_MS = 15_000;

/** Runs probes on this machine, without a shell in between. */
export function localTransport(): Transport {
  const connection: Connection = { exec, lost: undefined, close: () => undefined };
  return { connect: () => Promise.resolve(connection), close: () => undefined };
}

function exec(command: ProbeCommand, options: ExecOptions): Promise<ExecResult> {
  const sudo = options.sudo === true;
  const launcher: Launcher = {
    // Only sudo removes the marker from the environment, so only with sudo a wrapper sets it again.
    announced: sudo,
    launch: (nonce) => launch(sudo ? wrappedArgv(command, nonce, true) : directArgv(command), nonce),
    reap: (nonce, leader) => reap(reaperArgv(nonce, leader, sudo), nonce),
  };
  return runProbe(launcher, command, options);
}

function directArgv({ argv, program }: ProbeCommand): readonly string[] {
  return program === undefined ? argv : ["sh", "-c", program, "slipway-probe", ...argv.slice(2)];
}

/** The environment of a login by ssh, and the worker's PATH. The worker's other variables may hold secrets. */
function loginEnvironment(): Readonly<Record<string, string>> {
  const user = loginName();
  const PATH = `${process.env["PATH"] ?? USUAL_PATH}:${MORE_PATH}`;
  return { HOME: homedir(), LANG: "C", LC_ALL: "C", LOGNAME: user, USER: user, PATH };
}

/** Each run has its own session and process group. */
function launch(argv: readonly string[], nonce: string): Promise<RunningProgram> {
  return new Promise((resolve, reject) => {
    const [file = "", ...args] = argv;
    const env = { ...loginEnvironment(), [MARKER]: nonce };
    let child: ChildProcess;
    try {
      child = spawn(file, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
      reject(cannotStart(error)); // what spawn refuses at once: an empty name, a NUL byte
      return;
    }
    child.once("error", (error) => reject(cannotStart(error)));
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) return;
    const abandon = (): void => {
      stdout.destroy();
      stderr.destroy();
    };
    child.once("spawn", () => resolve({ stdout, stderr, pid: child.pid, abandon, ...watchEnd(child) }));
  });
}

function cannotStart(error: unknown): CannotStart {
  const { code, message } = error as NodeJS.ErrnoException;
  return new CannotStart(
    code === "ENOENT" ? "not-found" : code === "EACCES" || code === "EPERM" ? "permission" : "failed",
    message,
  );
}

function reap(argv: readonly string[], nonce: string): Promise<readonly number[] | undefined> {
  return new Promise((resolve) => {
    const [file = "", ...args] = argv;
    const child = spawn(file, args, {
      env: loginEnvironment(),
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
      timeout: REAP_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said = withLast(said, chunk)));
    child.once("error", () => resolve(undefined));
    child.once("close", () => resolve(readReaper(said, nonce)));
  });
}
