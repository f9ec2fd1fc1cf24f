import { memoryBlobs, memoryStore, type MemoryStore } from "@slipway/store/memory";
import type { Blobs, Row } from "@slipway/store";
import { describe, expect, it } from "vitest";
import { confirmRemoval } from "./stopped-removal.ts";
import { tidyEvidence } from "./tidy.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long evidence is kept. */
const KEPT = 90 * DAY;
const START = Date.UTC(2026, 0, 1);

/** A store with one piece of evidence an hour, of `days` days until now, whose worker's clock is off. */
async function world({ days, off = 0 }: { readonly days: number; readonly off?: number }) {
  let now = START - days * DAY;
  const clock = { now: () => now };
  const [store, blobs]: [MemoryStore, Blobs] = [memoryStore({ clock }), memoryBlobs(clock)];
  const parts = {
    store,
    blobs,
    clock: { now: () => now + off, sleep: () => Promise.resolve() },
    worker: { id: "w", host: "h", pid: 1, release: "0" },
    fleet: { clusters: { healthOwner: "hwh" } } as never,
  };
  const digests: string[] = [];
  const keep = async (): Promise<void> => {
    const [digest = ""] = await blobs.put([new TextEncoder().encode(String(now))]);
    digests.push(digest);
    const row: Row<"evidence_blobs"> = { digest, size: 1, stored_at: now, keep_until: now + KEPT, expired_at: null };
    await store.transaction((tx) => tx.insert("evidence_blobs", [row]));
  };
  for (; now < START; now += HOUR) await keep();
  return {
    parts,
    store,
    keep,
    pass: (ms: number) => void (now += ms),
    left: () => store.snapshot("evidence_blobs").filter(({ expired_at }) => expired_at === null).length,
    items: () => store.snapshot("items"),
    /** How many pieces have no bytes any more. */
    gone: async () => {
      const found = await Promise.all(digests.map((digest) => blobs.get(digest)));
      return found.filter((content) => content === undefined).length;
    },
  };
}

describe("tidying evidence", () => {
  it("goes by the store's clock: a worker 181 days ahead removes nothing", async () => {
    const { parts, left } = await world({ days: 30, off: 181 * DAY });
    expect(await tidyEvidence(parts)).toMatchObject({ expired: 0, orphans: 0 });
    expect(left()).toBe(30 * 24);
  });

  it("removes what is due every hour, and after a day without workers all that became due meanwhile", async () => {
    const { parts, left, pass, items } = await world({ days: 30 });
    pass(KEPT - 30 * DAY - HOUR);
    for (let hour = 0; hour < 5; hour += 1) {
      pass(HOUR);
      expect(await tidyEvidence(parts)).toMatchObject({ expired: 1 });
    }
    pass(DAY);
    expect(await tidyEvidence(parts)).toMatchObject({ expired: 24 });
    expect([left(), items()]).toEqual([30 * 24 - 29, []]);
  });

  it("stops at more than 5 % and more than 48 hours of evidence at once, with one item for its owner", async () => {
    const { parts, left, pass, items } = await world({ days: 30 });
    pass(181 * DAY);
    for (let hour = 0; hour < 3; hour += 1) {
      expect(await tidyEvidence(parts)).toMatchObject({ expired: 0, stopped: 1 });
      pass(2 * HOUR);
    }
    expect(left()).toBe(30 * 24);
    expect(items()).toMatchObject([{ kind: "evidence-expiry", owner: "hwh", closed_at: null }]);
  });

  it("removes no bytes that a running pass found before they were marked, and names when it is counted", async () => {
    const { parts, pass, gone } = await world({ days: 0 });
    const content = new TextEncoder().encode("the same on every node");
    const { blobs, store } = parts;
    // Left by a pass that was killed; a pass that takes long finds it there.
    const [digest = ""] = await blobs.put([content]);
    pass(2 * DAY);
    await blobs.put([content]);
    expect(await tidyEvidence(parts)).toMatchObject({ orphans: 1 });
    pass(2 * HOUR);
    const now = await store.transaction((tx) => tx.now());
    const row = { digest, size: 1, stored_at: now, keep_until: now + KEPT, expired_at: null };
    await store.transaction((tx) => tx.upsert("evidence_blobs", [row]));
    for (let day = 0; day < 3; day += 1) {
      expect(await blobs.get(digest)).toBeDefined();
      pass(DAY);
      await tidyEvidence(parts);
    }
    expect([await blobs.get(digest), await gone()]).toEqual([content, 0]);
  });

  it("deletes the bytes of evidence that expired, or that no pass names, a day later", async () => {
    const { parts, pass, gone } = await world({ days: 1 });
    const [orphan = ""] = await parts.blobs.put([new TextEncoder().encode("orphan")]);
    pass(KEPT);
    await tidyEvidence(parts);
    expect(await gone()).toBe(0);
    pass(DAY + HOUR);
    await tidyEvidence(parts);
    expect([await gone(), await parts.blobs.get(orphan)]).toEqual([24, undefined]);
  });

  it("goes on, and closes the item, once no more than usual is due", async () => {
    const { parts, left, pass, items } = await world({ days: 30 });
    pass(181 * DAY);
    await tidyEvidence(parts);
    pass(-181 * DAY);
    expect(await tidyEvidence(parts)).toMatchObject({ expired: 0, stopped: 0 });
    expect(items()).toMatchObject([{ kind: "evidence-expiry", closed_at: expect.any(Number) as number }]);
    expect(left()).toBe(30 * 24);
    expect(parts.store.snapshot("evidence_removals")).toEqual([]);
  });

  it("removes exactly the list that a person confirms, and nothing that was stored since", async () => {
    const { parts, left, keep, pass, items, gone } = await world({ days: 30 });
    pass(181 * DAY);
    await tidyEvidence(parts);
    const [item] = items();
    pass(HOUR);
    await keep();
    const said = { item: item?.id ?? 0, by: "ada", reason: "the workers were down for half a year" };
    expect(await confirmRemoval(parts, said)).toBe(30 * 24);
    expect(left()).toBe(1);
    pass(DAY + HOUR);
    await tidyEvidence(parts);
    expect(await gone()).toBe(30 * 24);
    expect(items()).toMatchObject([{ closed_at: expect.any(Number) as number }]);
    const audit = parts.store.snapshot("audit").filter(({ actor }) => actor === "ada");
    expect(audit.map(({ to_state, reason }) => [to_state, reason])).toEqual([
      ["confirmed", said.reason],
      ["closed", said.reason],
    ]);
    await expect(confirmRemoval(parts, said)).rejects.toThrow("closed already");
    await expect(confirmRemoval(parts, { ...said, item: 999 })).rejects.toThrow("no clean-up that stopped");
  });

  it("stops as well where most bytes in a folder are named by no row of this database", async () => {
    const { parts, pass, items, gone } = await world({ days: 30 });
    const rows = parts.store.snapshot("evidence_blobs");
    await parts.store.transaction((tx) => tx.remove("evidence_blobs", rows));
    pass(3 * DAY);
    expect(await tidyEvidence(parts)).toMatchObject({ orphans: 0, stopped: 1 });
    expect(items()).toMatchObject([{ kind: "evidence-orphans", owner: "hwh", closed_at: null }]);
    // One of them is named after all.
    await parts.store.transaction((tx) => tx.insert("evidence_blobs", rows.slice(0, 1)));
    expect(await confirmRemoval(parts, { item: items()[0]?.id ?? 0, by: "ada", reason: "old folder" })).toBe(719);
    pass(DAY + HOUR);
    await tidyEvidence(parts);
    expect(await gone()).toBe(719);
  });
});
