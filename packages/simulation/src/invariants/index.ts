import type { Tables } from "../tables.ts";
import { bootsAreOnce, failedTriesStand, lookedAtApart, sentActsWereWanted } from "./acts.ts";
import { auditIsWhole, claimsAreHeld, ledgerSums, validatingIsClaimed } from "./books.ts";
import { auditTellsOfPasses, passesAreNumbered, passesAreOfIntents, passesFollowResults } from "./counting.ts";
import { bansAreProven, releasesAreProven, serviceIsProven } from "./outcomes.ts";
import { heldAreOther, placesFollowVendors, sightingsAreNews } from "./taking-in.ts";
import { actsAreObserved, bootsAreFresh, passesHappened } from "./truth.ts";
import { bansAreLiftedByTheirOwn, doneActsWereAsked, nothingIsAhead, vendorsSpeakOfTheirOwn } from "./vendors.ts";
import { viewOf, type Invariant, type Moment, type Witnesses } from "./view.ts";

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
  validatingIsClaimed,
  bootsAreOnce,
  sentActsWereWanted,
  failedTriesStand,
  lookedAtApart,
  placesFollowVendors,
  heldAreOther,
  sightingsAreNews,
  vendorsSpeakOfTheirOwn,
  bansAreLiftedByTheirOwn,
  doneActsWereAsked,
  nothingIsAhead,
];

/** Every way in which what the control plane believes breaks an invariant that holds at each instant. */
export function violationsOf(tables: Tables, world: Witnesses, moment: Moment): string[] {
  const view = viewOf(tables, world, moment);
  return INVARIANTS.flatMap((invariant) => [...invariant(view)]);
}
