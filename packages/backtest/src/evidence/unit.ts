import type { PassKind, Verdict } from "@slipway/domain";
import type { PassRecord } from "@slipway/evidence";

/** Which pass of which attempt evidence belongs to. */
export interface RunPlace {
  readonly validation: number;
  readonly attempt: number;
  readonly run: number;
  readonly try: number;
  readonly kind: PassKind;
}

/** From when until when evidence was made, in milliseconds since 1970; `since` itself is outside. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/** A bundle in a folder. */
export interface FolderUnit {
  readonly source: "folder";
  /** Path from the folder that was named. */
  readonly name: string;
  readonly dir: string;
}

/** A stored pass. */
export interface StoredUnit extends PassRecord {
  readonly source: "stored";
  /** `<validation>/<attempt>/<run>`, and `/<try>` after inconclusive ones. */
  readonly name: string;
  readonly machine: string;
  readonly segment: string | null;
  readonly judgedBy: readonly string[];
  /** What checks said then, by id. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly place: RunPlace;
  /** Of its validation. */
  readonly lane: string;
  readonly checks: readonly string[];
  readonly passesRequired: number;
}

/** One piece of evidence that both sides judge. */
export type Unit = FolderUnit | StoredUnit;
