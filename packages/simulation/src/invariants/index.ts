import type { Tables } from "../tables.ts";
import type { WireJournal } from "../wire-journal.ts";
import { auditIsWhole, claimsAreHeld, ledgerSums } from "./books.ts";
import { auditTellsOfPasses, passesAreNumbered, passesAreOfIntents, passesFollowResults } from "./counting.ts";
import { bansAreProven, releasesAreProven, serviceIsProven } from "./outcomes.ts";
import { actsAreObserved, bootsAreFresh, passesHappened } from "./truth.ts";
import { bansAreLiftedByTheirOwn, doneActsWereAsked, nothingIsAhead, vendorsSpeakOfTheirOwn } from "./vendors.ts";
import { viewOf, type Invariant, type Moment } from "./view.ts";

export { evidenceIsKept } from "./evidence.ts";
export { everythingEnded } from "./liveness.ts";

const INVARIANTS: readonly Invariant[] = [
  releasesAreProven,
  bansAreProven,
  serviceIsProven,
  passesAreOfIntents,
  auditTellsOfPasses,
  passesAreNumbered,
  passesFollowResults,
  passesHappened,
  bootsAreFresh,
  actsAreObserved,
  ledgerSums,
  auditIsWhole,
  claimsAreHeld,
  vendorsSpeakOfTheirOwn,
  bansAreLiftedByTheirOwn,
  doneActsWereAsked,
  nothingIsAhead,
];

/** Every way in which what the control plane believes breaks an invariant that holds at each instant. */
export function violationsOf(tables: Tables, wire: WireJournal, { settled, now }: Moment): string[] {
  const view = viewOf(tables, wire, { settled, now });
  return INVARIANTS.flatMap((invariant) => [...invariant(view)]);
}
