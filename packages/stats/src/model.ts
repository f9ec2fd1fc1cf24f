import type { BanCause } from "@slipway/domain";

/** Of the definitions in statistics.md 1; every answer names it. */
export const DEFINITION_VERSION = "stats/1";

/** The two-sided 95 % point of the normal distribution (statistics.md A1). */
export const Z95 = 1.959963984540054;

/** What a row is grouped and filtered by: vendor, sku, cluster, segment, owner, entry and so on. An absent label is no key. */
export type Labels = Readonly<Record<string, string>>;

/** One row of an events file (interfaces.md 6); times are milliseconds since 1970. */
export interface EventRow {
  readonly eventId: string;
  readonly revision: number;
  readonly type: "admit" | "leave" | "ban" | "unban";
  /** The machine, never its name. */
  readonly node: string;
  readonly cluster: string;
  readonly ts: number;
  readonly ingestedTs: number | null;
  /** Of a ban. */
  readonly cause: BanCause | null;
  readonly labels: Labels;
  /** Of an admission: the validation that let it in, where the file says so. */
  readonly attemptId: string | null;
}

/** An admission and what became of it: a row of a spells file, or what sessionisation made of events. */
export interface Spell {
  readonly admissionId: string;
  /** From the admission to its end. */
  readonly days: number;
  /** Of the terminal ban that ended it; null when it is censored. */
  readonly cause: BanCause | null;
  /** Days after the admission from which it was observed; 0 from before day 0 (A5). */
  readonly enteredDays: number;
  /** `cell` is the column of a spells file. */
  readonly labels: Labels;
  /** The machine and the admission's time in milliseconds since 1970, where events say so. */
  readonly node: string | null;
  readonly startedAt: number | null;
  readonly attemptId: string | null;
}

/** How often each rule of sessionisation fired (statistics.md 1.2, A9). */
export interface DataQuality {
  readonly duplicate_rows: number;
  readonly coalesced_bans: number;
  readonly skew_clamped: number;
  readonly orphan_bans: number;
  readonly duplicate_admits: number;
  readonly implicit_leaves: number;
  readonly after_as_of: number;
}

/** One row of a runs file: one pass over the required checks. */
export interface RunRow {
  readonly attemptId: string;
  /** From 1. */
  readonly runIndex: number;
  readonly result: "pass" | "fail" | "inconclusive";
  readonly failedChecks: readonly string[];
  readonly nodeHours: number | null;
  /** node_id, vendor, sku, cluster, segment, lane where the file has them; `cluster` is the column cluster_id. */
  readonly labels: Labels;
}

/** One validation: a row of an attempts file, or runs folded. */
export interface Attempt {
  readonly attemptId: string;
  readonly labels: Labels;
  /** First failing run from 1; null when none failed. */
  readonly firstFailedRun: number | null;
  /** Checks that failed at that run; empty where only an attempts file is known. */
  readonly failedChecks: readonly string[];
  /** Up to which run it was tested. Of an attempt that never failed as many as have a result: a run that no row has is no pass. */
  readonly runsExecuted: number;
  /** Runs made after the first failing one (keep-running share, confirmations), where a runs file has them. */
  readonly afterFailure?: readonly { readonly run: number; readonly failedChecks: readonly string[] }[];
  /**
   * Hours of each run made, by index from 1 (an average where only that is known), with the hours of its inconclusive
   * tries; longer than the runs where the last tries were inconclusive. Null where they are not known, of one run or of all.
   */
  readonly nodeHours: readonly (number | null)[] | null;
  /** Whether it was banned again within the window after it was let in; null when it was not followed. */
  readonly reban: boolean | null;
  readonly canaryProbability: number | null;
  readonly admittedAsCanary: boolean;
}

/** `hardware` is every class but workload, `any` every class, `hardware-only` the class hardware (A8). */
export type Endpoint = "hardware" | "any" | "hardware-only" | Exclude<BanCause, "hardware">;

export interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

export interface Interval extends Bounds {
  /** Such as `wilson`, `log-log`, `wilson-n-eff`. */
  readonly method: string;
  readonly level: 0.95;
}

export type Status = "ok" | "no_data" | "insufficient_follow_up";

/** The re-ban rate of one set of admissions within one window (statistics.md 1.3); null is never 0. */
export interface Rate {
  readonly window_days: number;
  readonly endpoint: Endpoint;
  readonly estimate: number | null;
  readonly status: Status;
  readonly interval: Interval | null;
  /** Worst-case censoring: always true (A6). */
  readonly bounds: Bounds;
  readonly n: number;
  readonly events: number;
  readonly censored: number;
  readonly at_risk_at_window: number;
  /** Class rates by all six causes (A8); null when the estimate is. */
  readonly by_cause: Readonly<Record<BanCause, number | null>>;
  /** 1-KM of the endpoint with other terminal bans censored (I3). */
  readonly net: number | null;
  readonly at_last_follow_up?: { readonly days: number; readonly rate: number };
  /** The rate with `unknown` counted as workload, and as hardware. */
  readonly unknown_either_way: { readonly lo: number | null; readonly hi: number | null };
}
