import type { Cause } from "@slipway/domain";

/** What an Xid's number alone says (rules Y1 and Y2). */
export interface XidMeaning {
  readonly verdict: "pass" | "fail";
  /** The causes that the rule allows, the likeliest first. */
  readonly causes: readonly [Cause, ...Cause[]];
  /** What the number means, in words that follow a colon. */
  readonly words: string;
}

const workload = (words: string): XidMeaning => ({ verdict: "pass", causes: ["workload"], words });
const hardware = (words: string, other?: Cause): XidMeaning => ({
  verdict: "fail",
  causes: other === undefined ? ["hardware"] : ["hardware", other],
  words,
});

/**
 * NVIDIA's Xid numbers that decide by themselves: those of a job's own code (rule Y1) and those that a
 * sound GPU does not report (rule Y2). The one table of the xid check, of dcdiag (rule D0) and of the
 * attribution of bans. 144-150 and 154 are not in it: the words of their line decide.
 */
export const XIDS: ReadonlyMap<number, XidMeaning> = new Map([
  [13, workload("graphics engine exception")],
  [31, workload("memory page fault")],
  [43, workload("the job's channel was stopped")],
  [45, workload("the job's channels were torn down")],
  [69, workload("graphics engine class error")],
  [48, hardware("double bit ECC error")],
  [62, hardware("the microcontroller halted")],
  [63, hardware("row remapping recorded")],
  [64, hardware("row remapping failed")],
  [74, hardware("NVLink error", "fabric")],
  [79, hardware("the GPU has fallen off the bus", "platform")],
  [92, hardware("high rate of single bit ECC errors")],
  [94, hardware("contained memory error")],
  [95, hardware("uncontained memory error")],
  [119, hardware("the GSP does not answer")],
  [120, hardware("GSP error")],
  [140, hardware("unrecovered ECC error")],
]);

/** Whether the number is one of NVLink 5, whose line says Fatal or Nonfatal (rule Y2). */
export function isNvlinkXid(code: number): boolean {
  return code >= 144 && code <= 150;
}

/** The state of a GPU's recovery action, which the words of the line tell (rule Y2). */
export const RECOVERY_XID = 154;
