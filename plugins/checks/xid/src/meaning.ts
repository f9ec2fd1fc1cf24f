import { isNvlinkXid, isWord, RECOVERY_XID, XIDS } from "@slipway/plugin-sdk";
import type { Code } from "./codes.ts";
import type { Event } from "./parse.ts";
import { namedXids, recoveryAction, sxidSeverity, xidSeverity } from "./severity.ts";

/** What a line says, as a code and as words that follow a colon. */
export interface Meaning {
  readonly code: Code;
  readonly words: string;
}

/** What the rest of the log tells of one event's GPU. */
export interface Context {
  /** The log holds an Xid with this number of the same GPU. */
  readonly holds: (code: number) => boolean;
  /** No later Xid 154 of the same GPU replaces this one. */
  readonly isLast: boolean;
}

/** Rules Y1-Y3 and Y5: what one line means beside the others of its GPU. */
export function meaningOf({ kind, code, text }: Event, context: Context): Meaning {
  if (code === undefined) return { code: "line-unreadable", words: "the line cannot be read" };
  if (kind === "sxid") return meaningOfSxid(text);
  if (code === RECOVERY_XID) return meaningOfRecovery(text, context.isLast);
  if (isNvlinkXid(code)) return meaningOfNvlink(text);
  const known = XIDS.get(code);
  if (known === undefined) return { code: "xid-unknown", words: "a code this check does not know" };
  if (known.verdict === "fail") return { code: "xid-hardware", words: known.words };
  return (
    (code === CLEANUP_XID ? meaningOfCleanup(text, context) : undefined) ?? { code: "xid-workload", words: known.words }
  );
}

/** Channels are torn down after a job's fault, and after one of the hardware. */
const CLEANUP_XID = 45;

function isFault(code: number): boolean {
  return XIDS.get(code)?.verdict === "fail" || isNvlinkXid(code) || code === RECOVERY_XID;
}

/** Rule Y1: an Xid 45 that names an earlier Xid of Y2. */
function meaningOfCleanup(text: string, { holds }: Context): Meaning | undefined {
  const named = namedXids(text).filter((code) => code === undefined || isFault(code));
  if (named.length === 0) return undefined;
  const absent = named.find((code) => code === undefined || !holds(code));
  if (named.includes(undefined))
    return { code: "xid-cause-absent", words: "it names an earlier Xid whose number cannot be read" };
  if (absent !== undefined)
    return {
      code: "xid-cause-absent",
      words: `it names an earlier Xid ${String(absent)}, which the log does not hold of this GPU`,
    };
  return { code: "xid-workload", words: `channels were torn down after Xid ${named.join(", ")}, which the log holds` };
}

function meaningOfNvlink(text: string): Meaning {
  const severity = xidSeverity(text);
  if (severity === "fatal") return { code: "xid-hardware", words: "fatal NVLink error" };
  if (severity === "nonfatal") return { code: "xid-nonfatal", words: "NVLink error that is not fatal" };
  return { code: "xid-undecided", words: "NVLink error with neither Fatal nor Nonfatal" };
}

/** Rule Y2: 154 is a state of the GPU, so that its last line decides. */
function meaningOfRecovery(text: string, isLast: boolean): Meaning {
  if (!isLast) return { code: "recovery-replaced", words: "a later line of this GPU tells its recovery action" };
  const action = recoveryAction(text);
  if (action === undefined) return { code: "xid-undecided", words: "the recovery action cannot be read" };
  return isWord(action, "none")
    ? { code: "xid-recovered", words: "no recovery action is needed" }
    : { code: "xid-hardware", words: `the GPU needs: ${action}` };
}

function meaningOfSxid(text: string): Meaning {
  const severity = sxidSeverity(text);
  if (severity === "fatal") return { code: "sxid-fatal", words: "fatal NVSwitch error" };
  if (severity === "nonfatal") return { code: "sxid-nonfatal", words: "NVSwitch error that is not fatal" };
  return { code: "sxid-undecided", words: "NVSwitch error with neither Fatal nor Non-fatal" };
}
