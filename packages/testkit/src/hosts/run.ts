import { spawn } from "node:child_process";

/** Environment of every program the farm starts; messages are matched, so they must not be translated. */
export const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/** Runs a program to its end with `input` on stdin; throws with its stderr when it fails. */
export function run(program: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else
        reject(
          new Error(
            `${[program, ...args].join(" ")}: ${signal ?? `exit ${code}`}: ${Buffer.concat(err).toString().trim()}`,
          ),
        );
    });
    // A program that ends before it has read everything is told by its exit status.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** Runs lines of `ip`; with `keepGoing` a failing line does not stop the rest, and none is an error. */
export async function ip(lines: readonly string[], options: { keepGoing?: boolean } = {}): Promise<void> {
  if (lines.length === 0) return;
  const input = `${lines.join("\n")}\n`;
  if (options.keepGoing === true) await run("ip", ["-force", "-batch", "-"], input).catch(() => undefined);
  else await run("ip", ["-batch", "-"], input);
}
