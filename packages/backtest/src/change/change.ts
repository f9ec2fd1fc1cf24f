import type { Expectations } from "@slipway/domain";
import type { ExpectationText } from "@slipway/evidence";
import type { Lane } from "@slipway/policy";

/** A check as one file: a module whose default export is the check, with all it imports. */
export interface CheckFile {
  readonly file: string;
  readonly version: string;
  /** SHA-256 of the file. Two sides with the same digest judge the same. */
  readonly digest: string;
}

/** Everything that a verdict hangs on beside the evidence, as plain data: it goes to threads, and into the journal. */
export interface Side {
  /** In words: `running`, `HEAD (1a2b3c4d5e6f)`, `working tree`, a file's name. */
  readonly label: string;
  readonly checks: Readonly<Record<string, CheckFile>>;
  /** Files of the fleet. */
  readonly expectations: readonly ExpectationText[];
  /** In the place of whatever a node was expected to be, as `judge --expect`; null for none. */
  readonly whole: Expectations | null;
  readonly lanes: readonly Lane[];
}

/** What is asked: two sides that differ in one thing. */
export interface Change {
  readonly kind: "check" | "expectation" | "policy";
  /** The check, the expectations file, or the lane. */
  readonly name: string;
  readonly before: Side;
  readonly after: Side;
  /** The files that made the expectations which evidence brings along: these are kept where the files' word was not the last. */
  readonly made: readonly ExpectationText[];
}
