import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../src/store.ts";
import { machineRow } from "../../src/testing/rows.ts";

/** A store to test whose clock is moved by hand. */
export interface TimedStore {
  readonly store: Store;
  /** Sets the store's clock, which then stands still. */
  setClock(time: number): Promise<void>;
  close(): Promise<void>;
}

/** Holds a store adapter to its clock: one time a transaction, the store's and never the machine's. */
export function describeStoreTime(name: string, open: () => Promise<TimedStore>): void {
  describe(`the clock of the store in ${name}`, () => {
    let opened: TimedStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const now = (): Promise<number> => opened.store.transaction((tx) => tx.now());

    it("answers the store's time, wherever this machine's clock stands", async () => {
      for (const time of [1_000, Date.UTC(2020, 1, 29, 12, 0, 0, 123), Date.UTC(2150, 0, 1)]) {
        await opened.setClock(time);
        expect(await now()).toBe(time);
        expect(await opened.store.report((tx) => tx.now())).toBe(time);
      }
    });

    it("answers one time in a transaction, however long it takes", async () => {
      await opened.setClock(5_000);
      await opened.store.transaction(async (tx) => {
        expect(await tx.now()).toBe(5_000);
        await opened.setClock(9_000);
        expect(await tx.now()).toBe(5_000);
      });
      expect(await now()).toBe(9_000);
    });

    it("answers a transaction that is run again with the time of the new run", async () => {
      await opened.setClock(5_000);
      await opened.store.transaction((tx) => tx.insert("machines", [machineRow(1)]));
      const seen: number[] = [];
      await opened.store.transaction(async (tx) => {
        seen.push(await tx.now());
        await opened.setClock(6_000);
        if (seen.length === 1)
          await opened.store.transaction((other) => other.update("machines", [{ key: { id: 1 }, set: { sku: "x" } }]));
        await tx.update("machines", [{ key: { id: 1 }, set: { vendor: "y" } }]);
      });
      expect(seen).toEqual([5_000, 6_000]);
    });

    it("finds this machine's clock right, wherever the store's stands", async () => {
      await opened.setClock(5_000);
      expect(await opened.store.skew()).toBe(0);
    });
  });
}
