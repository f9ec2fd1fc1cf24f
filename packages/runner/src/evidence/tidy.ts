import { timeOf } from "@slipway/store";
import type { RunnerParts, Tidied } from "../worker/parts.ts";
import { collectOrphans, expireEvidence, purgeEvidence } from "./retention.ts";

/** Longer than any pass: a running one may still name bytes that are younger, or were marked as removed since. */
const GRACE_MS = 24 * 3_600_000;

/** Removes evidence whose time is over, and bytes that killed passes left. */
export async function tidyEvidence({
  store,
  blobs,
  fleet,
  worker,
}: Pick<RunnerParts, "store" | "blobs" | "fleet" | "worker">): Promise<Tidied> {
  const now = await timeOf(store);
  const cleaner = { store, blobs, owner: fleet.clusters.healthOwner, actor: worker.id };
  const purged = await purgeEvidence(cleaner, { now, graceMs: GRACE_MS });
  const expired = await expireEvidence(cleaner, now);
  const orphans = await collectOrphans(cleaner, { now, graceMs: GRACE_MS });
  return {
    expired: expired.removed,
    orphans: orphans.removed,
    purged,
    stopped: [expired, orphans].filter(({ stopped }) => stopped).length,
  };
}
