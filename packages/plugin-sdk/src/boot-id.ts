import type { ActContext } from "./act.ts";
import { SlipwayError } from "./errors.ts";
import { probes } from "./probes/catalog.ts";
import { answerOf, partialReasons, type ExecResult, type Host } from "./transport.ts";

/** The id of a boot (random(4)). Only a whole one is accepted, because it tells one boot from the next. */
const BOOT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The boot id that a node printed; undefined when the text is none or only a part of one. */
export const parseBootId = (text: string): string | undefined => BOOT_ID.exec(text.trim())?.[0];

/** What a node said when it was asked for its boot id. */
export type BootIdRead =
  | { readonly state: "read"; readonly bootId: string }
  /** `silent`: the node does not answer; `unreadable`: it answers, and what it printed is no boot id. */
  | { readonly state: "silent" | "unreadable"; readonly why: string };

/** Bytes kept of what the node prints: a boot id has 37. */
const MOST_BYTES = 4_096;

/**
 * Asks a node for the id of its boot.
 *
 * @throws the signal's reason when the act is aborted; SlipwayError for what only a person can mend
 */
export async function readBootId(
  context: Pick<ActContext, "exec" | "signal" | "deadlineMs">,
  host: Host,
): Promise<BootIdRead> {
  const { signal, deadlineMs } = context;
  signal.throwIfAborted();
  let result: ExecResult;
  try {
    const connection = await context.exec(host);
    const [command] = probes.bootId.commands({});
    if (command === undefined) throw new SlipwayError("bug", "the probe of the boot id has no command");
    const timeoutMs = Math.min(command.timeoutMs, deadlineMs);
    result = await connection.exec(command, { timeoutMs, maxBytes: MOST_BYTES, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (SlipwayError.is(error) && error.kind === "unreachable") return { state: "silent", why: error.message };
    throw error;
  }
  signal.throwIfAborted();
  return bootIdIn(result);
}

function bootIdIn({ startError, timedOut, exitCode, truncated, stdout }: ExecResult): BootIdRead {
  if (timedOut === true) return { state: "silent", why: "the node did not print its boot id in time" };
  if (startError !== null && startError !== undefined)
    return { state: isSilence(startError) ? "silent" : "unreadable", why: `the boot id was not read: ${startError}` };
  const bootId = exitCode === 0 && truncated !== true ? parseBootId(answerOf(stdout) ?? "") : undefined;
  return bootId === undefined
    ? { state: "unreadable", why: "what the node printed is no boot id" }
    : { state: "read", bootId };
}

const isSilence = (startError: string): boolean => Object.values<string>(partialReasons).includes(startError);
