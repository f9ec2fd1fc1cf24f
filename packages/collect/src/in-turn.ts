import type { ProbeCommand } from "@slipway/plugin-sdk";

/**
 * Runs the commands in their order, `perHost` at a time; one that loads the node runs alone. Those that mostly
 * sleep start before all others and take no place: together they last as long as the longest of them, and they
 * are over before one that loads the node starts. After an abort none starts.
 *
 * @param run must not reject
 */
export async function inTurn(
  commands: readonly ProbeCommand[],
  perHost: number,
  signal: AbortSignal,
  run: (command: ProbeCommand) => Promise<void>,
): Promise<void> {
  const sleeping = new Set<Promise<void>>();
  const running = new Set<Promise<void>>();
  const start = (command: ProbeCommand, among: Set<Promise<void>>): void => {
    if (signal.aborted) return;
    const started = run(command).finally(() => among.delete(started));
    among.add(started);
  };
  for (const command of commands) if (sleeps(command)) start(command, sleeping);
  for (const command of commands) {
    if (sleeps(command)) continue;
    const alone = command.disruptive === true;
    while (running.size >= (alone ? 1 : perHost)) await Promise.race(running);
    if (alone) await Promise.all(sleeping);
    start(command, running);
    if (alone) await Promise.all(running);
  }
  await Promise.all([...sleeping, ...running]);
}

/** What these commands usually take on one host, one at a time. */
export function usualSecondsOf(commands: readonly ProbeCommand[]): number {
  const sum = (some: readonly ProbeCommand[]): number => some.reduce((total, one) => total + one.usualSeconds, 0);
  const others = commands.filter((command) => !sleeps(command));
  const longestSleep = Math.max(0, ...commands.filter(sleeps).map(({ usualSeconds }) => usualSeconds));
  const quiet = sum(others.filter(({ disruptive }) => disruptive !== true));
  return Math.max(longestSleep, quiet) + sum(others.filter(({ disruptive }) => disruptive === true));
}

/** Whether a command mostly sleeps. One that loads the node as well does not count: it runs alone. */
function sleeps({ waits, disruptive }: ProbeCommand): boolean {
  return waits === true && disruptive !== true;
}
