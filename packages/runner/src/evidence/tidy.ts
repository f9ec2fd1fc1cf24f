import type { RunnerParts } from "../worker/parts.ts";
import { collectOrphans, expireEvidence, purgeEvidence } from "./retention.ts";

/** Expired evidence and bytes that no pass names are removed this often, by one of the workers. */
const TIDY_MS = 3_600_000;
/** Longer than any pass: a running one may still name bytes that are younger, or were marked as removed since. */
const GRACE_MS = 24 * 3_600_000;

/** How many pieces one clean-up marked and deleted, and how many of its parts stopped for a person to confirm. */
export interface Tidied {
  readonly expired: number;
  readonly orphans: number;
  readonly purged: number;
  readonly stopped: number;
}

/**
 * Removes evidence whose time is over, and bytes that killed passes left.
 *
 * @returns undefined when another worker did so within the hour
 */
export async function tidyEvidence({
  store,
  blobs,
  fleet,
  worker,
}: Pick<RunnerParts, "store" | "blobs" | "fleet" | "worker">): Promise<Tidied | undefined> {
  const now = await store.transaction(async (tx) => {
    const time = await tx.now();
    const last = await tx.get("settings", { name: "tidied" });
    if (typeof last?.value === "number" && last.value > time - TIDY_MS && last.value <= time) return undefined;
    await tx.upsert("settings", [{ name: "tidied", value: time }]);
    return time;
  });
  if (now === undefined) return undefined;
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
