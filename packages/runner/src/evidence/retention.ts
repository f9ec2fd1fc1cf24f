import type { Tx } from "@slipway/store";
import { stillNamed } from "./still-named.ts";
import { mustStop, type Cleaner } from "./stopped-removal.ts";

const BATCH = 500;

/** What a clean-up did. Where it would have removed too much at once, it removed nothing. */
export interface Cleaned {
  readonly removed: number;
  readonly stopped: boolean;
}
const STOPPED: Cleaned = { removed: 0, stopped: true };

/**
 * Removes evidence whose time is over. Its row stays, marked as expired; it is marked before the bytes are removed,
 * so that after a crash in between no row names bytes that are missing.
 *
 * @param now by the store's clock
 */
export async function expireEvidence(cleaner: Cleaner, now: number): Promise<Cleaned> {
  const { store, blobs } = cleaner;
  if (await store.transaction((tx) => stopsExpiry(tx, cleaner, now))) return STOPPED;
  for (let removed = 0; ;) {
    const due = await store.transaction(async (tx) => {
      const rows = await tx.find("evidence_blobs", { where: dueAt(now), orderBy: ["keep_until"], limit: BATCH });
      await tx.update(
        "evidence_blobs",
        rows.map(({ digest }) => ({ key: { digest }, set: { expired_at: now } })),
      );
      return rows;
    });
    await blobs.remove(
      due.map(({ digest }) => digest),
      now,
    );
    removed += due.length;
    if (due.length < BATCH) return { removed, stopped: false };
  }
}

const dueAt = (now: number) => ({ keep_until: { lte: now }, expired_at: null }) as const;

async function stopsExpiry(tx: Tx, cleaner: Cleaner, now: number): Promise<boolean> {
  const where = dueAt(now);
  const end = async (by: "stored_at" | "-stored_at"): Promise<number> =>
    (await tx.find("evidence_blobs", { where, orderBy: [by], limit: 1 }))[0]?.stored_at ?? now;
  return mustStop(tx, "evidence-expiry", cleaner, {
    removal: {
      count: await tx.count("evidence_blobs", where),
      of: await tx.count("evidence_blobs", { expired_at: null }),
      from: await end("stored_at"),
      until: await end("-stored_at"),
    },
    list: async () => (await tx.find("evidence_blobs", { where, columns: ["digest"] })).map(({ digest }) => digest),
  });
}

/**
 * Marks bytes that no pass names as removed: they were left by passes that were killed before they were counted.
 *
 * @param now by the store's clock
 * @param graceMs bytes younger than this may belong to a pass under way
 */
export async function collectOrphans(
  cleaner: Cleaner,
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): Promise<Cleaned> {
  const { store, blobs } = cleaner;
  let of = 0;
  const orphans: { readonly digest: string; readonly writtenAt: number }[] = [];
  let batch: typeof orphans = [];
  const sift = async (): Promise<void> => {
    const named = await store.transaction((tx) =>
      stillNamed(
        tx,
        batch.map(({ digest }) => digest),
      ),
    );
    orphans.push(...batch.filter(({ digest }) => !named.has(digest)));
    batch = [];
  };
  for await (const one of blobs.list()) {
    of += 1;
    if (one.writtenAt > now - graceMs) continue;
    batch.push(one);
    if (batch.length >= BATCH) await sift();
  }
  if (batch.length > 0) await sift();
  // The oldest are listed first.
  const removal = {
    count: orphans.length,
    of,
    from: orphans[0]?.writtenAt ?? now,
    until: orphans.at(-1)?.writtenAt ?? now,
  };
  const digests = orphans.map(({ digest }) => digest);
  const stops = await store.transaction((tx) =>
    mustStop(tx, "evidence-orphans", cleaner, { removal, list: () => Promise.resolve(digests) }),
  );
  if (stops) return STOPPED;
  for (let from = 0; from < digests.length; from += BATCH) await blobs.remove(digests.slice(from, from + BATCH), now);
  return { removed: digests.length, stopped: false };
}

/**
 * Deletes bytes that were marked as removed long ago, except those that a pass has named since.
 *
 * @param graceMs longer than any pass: one that found the bytes just before they were marked has named them by then
 */
export function purgeEvidence(
  { store, blobs }: Cleaner,
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): Promise<number> {
  return blobs.purge(now - graceMs, (digests) => store.transaction((tx) => stillNamed(tx, digests)));
}
