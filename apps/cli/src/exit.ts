import type { FindingVerdict } from "@slipway/domain";

/** Exit codes of `slipway judge` (interfaces.md 4); 3 is every command's code for usage and unreadable input. */
export const EXIT = { ok: 0, fail: 1, inconclusive: 2, usage: 3, interrupted: 130 } as const;

export function exitCodeOf(verdict: FindingVerdict): number {
  return verdict === "pass" ? EXIT.ok : verdict === "fail" ? EXIT.fail : EXIT.inconclusive;
}
