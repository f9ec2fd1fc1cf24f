import { BAN_CAUSES } from "@slipway/domain";

/** One bit a check. The narrowest that holds the checks is the fastest. */
export type MaskColumn = Uint8Array | Uint16Array | Uint32Array;

/** Runs, one a row in any order (statistics.md 3.1). Only conclusive runs have a row. */
export interface RunColumns {
  /** Which attempt, from 0. */
  readonly attempt: Uint32Array;
  /** From 1. */
  readonly run: Uint8Array;
  /** Checks that failed; 0 of a run that passed. */
  readonly mask: MaskColumn;
}

/** Runs folded: by attempt its first failing run, the checks that failed at it, and its last run. */
export interface FoldedColumns {
  /** From 1; 0 when no run failed. */
  readonly first: Uint8Array;
  readonly mask: MaskColumn;
  readonly runs: Uint8Array;
}

/** Attempts, one a row. */
export interface AttemptColumns extends FoldedColumns {
  readonly cell: Uint16Array;
  /** One of OUTCOME. */
  readonly outcome: Uint8Array;
  /** One of ARM. */
  readonly arm: Uint8Array;
  /**
   * Node-seconds of each required run, as many a row as runs are required, with those of inconclusive tries; a row that
   * begins with UNKNOWN_SECONDS has hours that are not known. Absent: none are known.
   */
  readonly seconds?: Uint32Array;
}

/** Admissions, one a row. */
export interface SpellColumns {
  readonly cell: Uint16Array;
  /** From the admission to its end. */
  readonly seconds: Uint32Array;
  /** Index in BAN_CAUSES of the terminal ban; CENSORED without one. */
  readonly cause: Uint8Array;
  /** Seconds after the admission from which it was observed; absent: all from before day 0 (A5). */
  readonly entered?: Uint32Array;
}

/** What became of an attempt's node within the window. */
export const OUTCOME = { notAdmitted: 0, notFollowed: 1, kept: 2, rebanned: 3 } as const;
/** By what a node came in. */
export const ARM = { policy: 0, canary: 1, override: 2 } as const;
export type Arm = keyof typeof ARM;
export type Outcome = keyof typeof OUTCOME;

export const CENSORED = BAN_CAUSES.length;
export const UNKNOWN_SECONDS = 0xffff_ffff;
export const MAX_CHECKS = 32;
export const MAX_CELLS = 0x1_0000;

/** A mask column of zeros that has a bit for each check. */
export function maskColumn(checks: number, rows: number): MaskColumn {
  if (checks <= 8) return new Uint8Array(rows);
  return checks <= 16 ? new Uint16Array(rows) : new Uint32Array(rows);
}
