import type { ExpectationText } from "@slipway/evidence";
import type { Change } from "../change/change.ts";
import type { Unit } from "../evidence/unit.ts";

/** What a thread is started with. */
export interface ThreadData {
  readonly change: Change;
  readonly made: readonly ExpectationText[];
  /** The folder of the evidence store; null when bundles lie in a folder. */
  readonly blobs: string | null;
  /** The url of the database that holds what the folder does not; null for none. */
  readonly database: string | null;
  /** Which segment each cluster belongs to. */
  readonly segments: Readonly<Record<string, string>>;
}

/** What a thread is asked, any number at a time; it answers in the order asked. */
export interface Ask {
  readonly unit: Unit;
}
