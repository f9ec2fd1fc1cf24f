import type { Blobs, Store } from "@slipway/store";

const BATCH = 500;

/**
 * Removes evidence whose time is over. The hash stays and says `expired`; it says so before the
 * bytes go, so that a crash in between leaves nothing that points at missing bytes unsaid.
 *
 * @returns how many blobs expired
 */
export async function expireEvidence(store: Store, blobs: Blobs, { now }: { readonly now: number }): Promise<number> {
  for (let expired = 0; ;) {
    const due = await store.transaction(async (tx) => {
      const rows = await tx.find("evidence_blobs", {
        where: { keep_until: { lte: now }, expired_at: null },
        orderBy: ["keep_until"],
        limit: BATCH,
      });
      await tx.update(
        "evidence_blobs",
        rows.map(({ digest }) => ({ key: { digest }, set: { expired_at: now } })),
      );
      return rows;
    });
    await blobs.remove(due.map(({ digest }) => digest));
    expired += due.length;
    if (due.length < BATCH) return expired;
  }
}

/**
 * Removes bytes that no pass names: those of passes that were killed before they were counted.
 *
 * @param graceMs bytes younger than this may belong to a pass under way
 * @returns how many were removed
 */
export async function collectOrphans(
  store: Store,
  blobs: Blobs,
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): Promise<number> {
  let removed = 0;
  let batch: string[] = [];
  const sweep = async (): Promise<void> => {
    const known = new Set(
      (await store.transaction((tx) => tx.find("evidence_blobs", { where: { digest: { in: batch } } })))
        .filter(({ expired_at }) => expired_at === null)
        .map(({ digest }) => digest),
    );
    const orphans = batch.filter((digest) => !known.has(digest));
    await blobs.remove(orphans);
    removed += orphans.length;
    batch = [];
  };
  for await (const { digest, writtenAt } of blobs.list()) {
    if (writtenAt > now - graceMs) continue;
    batch.push(digest);
    if (batch.length >= BATCH) await sweep();
  }
  if (batch.length > 0) await sweep();
  return removed;
}
