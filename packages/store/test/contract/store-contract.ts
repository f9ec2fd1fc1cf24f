import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../src/store.ts";
import { banRow as ban, machineRow as machine } from "../../src/testing/rows.ts";

/** What the adapters say of a report that writes. */
const READ_ONLY = /read-only transaction|permission denied|a report writes nothing/;

/** Holds a store adapter to what the port promises. */
export function describeStore(
  name: string,
  open: () => Promise<{ readonly store: Store; close(): Promise<void> }>,
): void {
  describe(`the store in ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: Store;
    let next = 1_000;
    /** Ids that no other test uses. */
    const ids = (count: number): number[] => Array.from({ length: count }, () => (next += 1));
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    it("gives back every kind of value as it was written", async () => {
      const [a = 0, b = 0] = ids(2);
      const rows = [
        ban(a),
        ban(b, {
          lifted_at: 42,
          at: 0,
          reason: "",
          attribution: {
            rule: "x",
            findings: [{ check: "c", code: "d", cause: "hardware", scope: "gpu 0", message: "m" }],
          },
        }),
      ];
      await store.transaction((tx) => tx.insert("bans", rows));
      await store.transaction((tx) => tx.insert("machines", [machine(a)]));
      expect(await store.transaction((tx) => tx.get("bans", { id: b }))).toEqual(rows[1]);
      expect(
        await store.transaction((tx) => tx.find("bans", { where: { id: { in: [a, b] } }, orderBy: ["id"] })),
      ).toEqual(rows);
      expect((await store.transaction((tx) => tx.get("machines", { id: a })))?.gpu_serials).toEqual(
        machine(a).gpu_serials,
      );
      const digest = `d${String(a)}`;
      await store.transaction((tx) =>
        tx.insert("blobs", [{ digest, content: Buffer.from([0, 255, 10]), written_at: 7, removed_at: null }]),
      );
      expect(
        Buffer.from((await store.transaction((tx) => tx.get("blobs", { digest })))?.content ?? []).toString("hex"),
      ).toBe("00ff0a");
    });

    it("finds by each form of a condition, in order, within a limit, nulls last", async () => {
      const own = ids(4);
      const [a = 0, b = 0, c = 0, d = 0] = own;
      await store.transaction((tx) =>
        tx.insert("bans", [
          ban(a, { at: 10, cluster: "x" }),
          ban(b, { at: 20, lifted_at: 9 }),
          ban(c, { at: 30 }),
          ban(d, { at: 40, lifted_at: 3 }),
        ]),
      );
      const find = async (where: object, also: object = {}): Promise<number[]> =>
        (
          await store.transaction((tx) =>
            tx.find("bans", { where: { id: { in: own }, ...where }, orderBy: ["id"], ...also }),
          )
        ).map(({ id }) => id);
      expect(await find({ at: { lte: 20 } })).toEqual([a, b]);
      expect(await find({ at: { gt: 20 } })).toEqual([c, d]);
      expect(await find({ at: { gte: 20, lt: 40 } })).toEqual([b, c]);
      expect(await find({ lifted_at: null })).toEqual([a, c]);
      expect(await find({ lifted_at: { not: null } })).toEqual([b, d]);
      expect(await find({ cluster: { not: "x" } })).toEqual([b, c, d]);
      expect(await find({ cluster: "x" })).toEqual([a]);
      expect(await find({ id: { in: [] } })).toEqual([]);
      expect(await find({ lifted_at: { lte: 5 } })).toEqual([d]);
      expect(await find({}, { orderBy: ["lifted_at", "-id"] })).toEqual([d, b, c, a]);
      expect(await find({}, { orderBy: ["-lifted_at", "id"] })).toEqual([b, d, a, c]);
      expect(await find({}, { orderBy: ["-at"], limit: 2 })).toEqual([d, c]);
      const count = (where: object): Promise<number> =>
        store.transaction((tx) => tx.count("bans", { id: { in: own }, ...where }));
      expect(await Promise.all([{}, { at: { gt: 20 } }, { lifted_at: null }, { cluster: "y" }].map(count))).toEqual([
        4, 2, 2, 0,
      ]);
      expect(await store.transaction((tx) => tx.count("canary_trials"))).toBe(0);
    });

    it("gives the columns that are asked for, and no others", async () => {
      const [a = 0, b = 0] = ids(2);
      await store.transaction((tx) => tx.insert("bans", [ban(a, { at: 10 }), ban(b, { at: 20, lifted_at: 9 })]));
      const rows = await store.transaction((tx) =>
        tx.find("bans", { where: { id: { in: [a, b] } }, orderBy: ["-at"], columns: ["id", "lifted_at"] }),
      );
      expect(rows).toEqual([
        { id: b, lifted_at: 9 },
        { id: a, lifted_at: null },
      ]);
      await expect(
        store.transaction((tx) => tx.find("bans", { where: { id: a }, columns: ["nowhere" as "id"] })),
      ).rejects.toThrow("bans.nowhere");
    });

    it("updates rows only while their guard (optimistic lock) holds", async () => {
      const [a = 0, b = 0] = ids(2);
      await store.transaction((tx) => tx.insert("machines", [machine(a), machine(b, { vendor: "oci" })]));
      const changed = await store.transaction((tx) =>
        tx.update("machines", [
          { key: { id: b }, set: { generation: 2, account: "InPool" }, when: { generation: 1, vendor: "oci" } },
          { key: { id: a }, set: { generation: 2, account: "InPool" }, when: { generation: 7, vendor: null } },
          { key: { id: 1 }, set: { sku: "none" } },
        ]),
      );
      expect(changed).toEqual([{ id: b }]);
      expect(await store.transaction((tx) => tx.get("machines", { id: b }))).toEqual(
        machine(b, { vendor: "oci", generation: 2, account: "InPool" }),
      );
      expect(
        await store.transaction((tx) =>
          tx.update("machines", [{ key: { id: a }, set: { sku: "s" }, when: { vendor: null } }]),
        ),
      ).toHaveLength(1);
    });

    it("refuses or skips a second row with the same key or unique set; nulls do not conflict", async () => {
      const [a = 0, b = 0, c = 0, d = 0] = ids(4);
      await store.transaction((tx) =>
        tx.insert("bans", [ban(a), ban(b, { external_id: null }), ban(c, { external_id: null })]),
      );
      const again = [ban(a), ban(d, { external_id: `e${String(a)}` })];
      for (const row of again)
        await expect(store.transaction((tx) => tx.insert("bans", [row]))).rejects.toMatchObject({
          name: "StoreError",
          kind: "conflict",
        });
      const [e = 0] = ids(1);
      const inserted = await store.transaction((tx) => tx.insert("bans", [...again, ban(e)], { skipConflicts: true }));
      expect(inserted.map(({ id }) => id)).toEqual([e]);
    });

    it("refuses null in a column that is not nullable", async () => {
      const [a = 0] = ids(1);
      await expect(
        store.transaction((tx) => tx.insert("machines", [machine(a, { account: null as never })])),
      ).rejects.toThrow("account");
    });

    it("replaces and removes rows", async () => {
      const [a = 0, b = 0] = ids(2);
      await store.transaction((tx) => tx.upsert("machines", [machine(a), machine(b)]));
      await store.transaction((tx) => tx.upsert("machines", [machine(a, { account: "Lost", gpu_serials: [] })]));
      expect(await store.transaction((tx) => tx.get("machines", { id: a }))).toEqual(
        machine(a, { account: "Lost", gpu_serials: [] }),
      );
      expect(await store.transaction((tx) => tx.remove("machines", [{ id: a }, { id: 1 }]))).toBe(1);
      expect(await store.transaction((tx) => tx.get("machines", { id: a }))).toBeUndefined();
    });

    it("sees its own writes, and undoes all of them when the work throws", async () => {
      const [a = 0] = ids(1);
      const work = store.transaction(async (tx) => {
        await tx.insert("machines", [machine(a)]);
        await tx.update("machines", [{ key: { id: a }, set: { sku: "seen" } }]);
        expect(await tx.find("machines", { where: { system_serial: `S${String(a)}` } })).toMatchObject([
          { sku: "seen" },
        ]);
        throw new RangeError("no");
      });
      await expect(work).rejects.toThrow(RangeError);
      expect(await store.transaction((tx) => tx.get("machines", { id: a }))).toBeUndefined();
    });

    it("never loses an update: the second writer is retried on what the first wrote", async () => {
      const [a = 0] = ids(1);
      await store.transaction((tx) => tx.insert("machines", [machine(a, { generation: 0 })]));
      let runs = 0;
      const increments = Array.from({ length: 6 }, () =>
        store.transaction(async (tx) => {
          runs += 1;
          const row = await tx.get("machines", { id: a });
          await tx.update("machines", [{ key: { id: a }, set: { generation: (row?.generation ?? 0) + 1 } }]);
        }),
      );
      await Promise.all(increments);
      expect((await store.transaction((tx) => tx.get("machines", { id: a })))?.generation).toBe(6);
      expect(runs).toBeGreaterThan(6);
    });

    it("reads one snapshot whatever other transactions commit meanwhile", async () => {
      const [a = 0] = ids(1);
      await store.transaction((tx) => tx.insert("machines", [machine(a)]));
      await store.transaction(async (tx) => {
        expect((await tx.get("machines", { id: a }))?.sku).toBeNull();
        await store.transaction((other) => other.update("machines", [{ key: { id: a }, set: { sku: "later" } }]));
        expect((await tx.get("machines", { id: a }))?.sku).toBeNull();
      });
    });

    it("reports from one snapshot, and lets a report write nothing", async () => {
      const [a = 0, b = 0] = ids(2);
      await store.transaction((tx) => tx.insert("machines", [machine(a)]));
      await store.report(async (tx) => {
        expect((await tx.get("machines", { id: a }))?.sku).toBeNull();
        await store.transaction((other) => other.update("machines", [{ key: { id: a }, set: { sku: "later" } }]));
        expect((await tx.find("machines", { where: { id: a } }))[0]?.sku).toBeNull();
      });
      await expect(store.report((tx) => tx.insert("machines", [machine(b)]))).rejects.toThrow(READ_ONLY);
      await expect(store.report((tx) => tx.remove("machines", [{ id: a }]))).rejects.toThrow(READ_ONLY);
      expect(await store.transaction((tx) => tx.get("machines", { id: a }))).toMatchObject({ sku: "later" });
      expect(await store.transaction((tx) => tx.get("machines", { id: b }))).toBeUndefined();
    });

    it("never gives the same id twice", async () => {
      const many = await Promise.all(
        Array.from({ length: 5 }, () => store.transaction((tx) => tx.nextIds("object", 3))),
      );
      expect(new Set(many.flat()).size).toBe(15);
      expect(await store.transaction((tx) => tx.nextIds("event", 0))).toEqual([]);
    });

    it("returns rows that later changes do not alter", async () => {
      const [a = 0] = ids(1);
      const row = { ...machine(a) };
      await store.transaction((tx) => tx.insert("machines", [row]));
      Object.assign(row, { sku: "changed outside" });
      expect((await store.transaction((tx) => tx.get("machines", { id: a })))?.sku).toBeNull();
    });

    it("runs a transaction again whose lock another took since it began, so that both never count the same", async () => {
      const name = `room ${String((next += 1))}`;
      const counts: number[] = [];
      const enter = async (meanwhile: () => Promise<unknown>): Promise<void> => {
        const counted = await store.transaction(async (tx) => {
          const taken = await tx.count("machines", { sku: name });
          if (taken === 0) await meanwhile();
          await tx.lock([name, "another"]);
          if (taken === 0) await tx.insert("machines", [machine((next += 1), { sku: name })]);
          return taken;
        });
        counts.push(counted);
      };
      await enter(() => enter(() => Promise.resolve()));
      expect(counts).toEqual([0, 1]);
      expect(await store.transaction((tx) => tx.count("machines", { sku: name }))).toBe(1);
    });
  });
}
