import { memoryBlobs, memoryStore } from "@slipway/store/memory";
import { expect, it } from "vitest";
import { collectOrphans, expireEvidence, purgeEvidence } from "./retention.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

it("retention removes evidence whose time is over, keeps its hash, and leaves other evidence", async () => {
  const [store, blobs] = [memoryStore(), memoryBlobs({ now: () => 0 })];
  const [old = "", young = "", kept = ""] = await blobs.put([text("old"), text("young"), text("kept")]);
  const row = (digest: string, keep_until: number | null) => ({
    digest,
    size: 1,
    stored_at: 0,
    keep_until,
    expired_at: null,
  });
  await store.transaction((tx) => tx.insert("evidence_blobs", [row(old, 10), row(young, 99), row(kept, null)]));
  const cleaner = { store, blobs, owner: "hwh", actor: "w" };
  expect(await expireEvidence(cleaner, 50)).toEqual({ removed: 1, stopped: false });
  expect(await blobs.get(old)).toBeDefined();
  expect(await purgeEvidence(cleaner, { now: 70, graceMs: 20 })).toBe(1);
  expect(await blobs.get(old)).toBeUndefined();
  expect(await blobs.get(young)).toBeDefined();
  expect(new Map(store.snapshot("evidence_blobs").map(({ digest, expired_at }) => [digest, expired_at]))).toEqual(
    new Map<string, number | null>([
      [old, 50],
      [young, null],
      [kept, null],
    ]),
  );
  expect(await expireEvidence(cleaner, 50)).toEqual({ removed: 0, stopped: false });
});

it("retention removes evidence that no pass refers to, unless it is recent", async () => {
  let now = 0;
  const [store, blobs] = [memoryStore(), memoryBlobs({ now: () => now })];
  const [named = "", orphan = ""] = await blobs.put([text("named"), text("orphan")]);
  now = 900;
  const [fresh = ""] = await blobs.put([text("fresh")]);
  await store.transaction((tx) =>
    tx.insert("evidence_blobs", [{ digest: named, size: 1, stored_at: 0, keep_until: null, expired_at: null }]),
  );
  const cleaner = { store, blobs, owner: "hwh", actor: "w" };
  expect(await collectOrphans(cleaner, { now: 1_000, graceMs: 500 })).toEqual({ removed: 1, stopped: false });
  expect(await purgeEvidence(cleaner, { now: 1_499, graceMs: 500 })).toBe(0);
  expect(await purgeEvidence(cleaner, { now: 1_500, graceMs: 500 })).toBe(1);
  expect(
    await Promise.all([named, orphan, fresh].map(async (digest) => (await blobs.get(digest)) !== undefined)),
  ).toEqual([true, false, true]);
});
