import type { RunnerParts } from "../validation/parts.ts";
import { collectOrphans, expireEvidence } from "./retention.ts";

/** Expired evidence and bytes that no pass names are removed this often, by one of the workers. */
const TIDY_MS = 3_600_000;
/** Bytes younger than this may be of a pass under way. */
const ORPHAN_GRACE_MS = 24 * 3_600_000;

/** What one clean-up removed. */
export interface Tidied {
  readonly expired: number;
  readonly orphans: number;
}

/**
 * Removes evidence whose time is over, and what killed passes left behind.
 *
 * @returns undefined when another worker did so within the hour
 */
export async function tidyEvidence({
  store,
  blobs,
  clock,
}: Pick<RunnerParts, "store" | "blobs" | "clock">): Promise<Tidied | undefined> {
  const now = clock.now();
  const mine = await store.transaction(async (tx) => {
    const last = await tx.get("settings", { name: "tidied" });
    if (typeof last?.value === "number" && last.value > now - TIDY_MS) return false;
    await tx.upsert("settings", [{ name: "tidied", value: now }]);
    return true;
  });
  if (!mine) return undefined;
  return {
    expired: await expireEvidence(store, blobs, { now }),
    orphans: await collectOrphans(store, blobs, { now, graceMs: ORPHAN_GRACE_MS }),
  };
}
