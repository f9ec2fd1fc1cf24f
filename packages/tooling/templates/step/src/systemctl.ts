import { answerOf, type ActContext, type ExecResult, type Host } from "@slipway/plugin-sdk";

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 4_096;

/** Runs systemctl on a node, as root. @throws the signal's reason when the act is aborted */
export async function systemctl(
  context: Pick<ActContext, "exec" | "signal" | "deadlineMs">,
  host: Host,
  args: readonly [verb: string, unit: string],
): Promise<ExecResult> {
  const { signal, deadlineMs } = context;
  signal.throwIfAborted();
  const connection = await context.exec(host);
  const timeoutMs = Math.min(TIMEOUT_MS, deadlineMs);
  const command = { id: `systemctl-${args[0]}`, argv: ["systemctl", ...args], timeoutMs, usualSeconds: 1 };
  const result = await connection.exec(command, { timeoutMs, maxBytes: MOST_BYTES, sudo: true, signal });
  signal.throwIfAborted();
  return result;
}

/** What `systemctl is-enabled` says of a unit, whatever it exits with; undefined where it says nothing that is known. */
export async function unitState(
  context: Parameters<typeof systemctl>[0],
  host: Host,
  unit: string,
): Promise<string | undefined> {
  const { stdout, startError, timedOut } = await systemctl(context, host, ["is-enabled", unit]);
  const word = answerOf(stdout)?.trim() ?? "";
  return startError === null && timedOut !== true && /^[a-z-]+$/.test(word) ? word : undefined;
}
