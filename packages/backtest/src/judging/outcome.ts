import type { Finding, FindingVerdict, Verdict } from "@slipway/domain";
import type { RunPlace } from "../evidence/unit.ts";

/** What a bundle is counted by; an absent one is no key. */
export const LABELS = ["vendor", "sku", "cluster", "segment"] as const;
export type Label = (typeof LABELS)[number];
export type OutcomeLabels = Readonly<Partial<Record<Label, string>>>;

/** A finding with the check that made it. */
export type NamedFinding = Finding & { readonly check: string };

/** What a flip shows of its bundle. */
export interface Shown {
  readonly bundle_hash: string;
  readonly node: string;
  /** As the database knows it, such as `m-12`; of a bundle in a folder its system serial. */
  readonly machine: string | null;
  readonly findings_before: readonly NamedFinding[];
  readonly findings_after: readonly NamedFinding[];
}

/**
 * Why there is no pair of verdicts: bytes that retention has removed; a probe that only the changed side
 * asks for; a check that crashed, or evidence that cannot be read; or nothing in it that the change is about.
 */
export type Unjudged = "evidence-missing" | "probe-missing" | "error" | "not-concerned";

/** A check that says otherwise, by the side it is compared with, than what was stored. */
export interface Drift {
  readonly check: string;
  readonly stored: Verdict;
  readonly now: Verdict;
}

/** A stored pass as part of its attempt. */
export interface OutcomeOfRun extends RunPlace {
  /** Passes that each side asks for. */
  readonly required: { readonly before: number; readonly after: number };
  /** Of the whole pass, by all its checks; null where a side cannot say. */
  readonly whole: { readonly before: FindingVerdict | null; readonly after: FindingVerdict | null };
}

/** What both sides made of one unit: a line of the journal. */
export interface Outcome {
  readonly name: string;
  readonly labels: OutcomeLabels;
  readonly state: "judged" | Unjudged;
  /** Where `state` is `judged`. */
  readonly before?: Verdict;
  readonly after?: Verdict;
  /** Of an error, and of what is missing. */
  readonly why?: string;
  readonly node?: string;
  readonly drift?: readonly Drift[];
  /** Where the two differ, and of every run under a changed lane. */
  readonly shown?: Shown;
  readonly run?: OutcomeOfRun;
}
