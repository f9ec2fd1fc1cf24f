import { expect, it } from "vitest";
import { describeStore } from "../../test/contract/store-contract.ts";
import { describeStoreGuards } from "../../test/contract/store-guards.ts";
import { describeStoreHazards } from "../../test/contract/store-hazards.ts";
import { describeStoreModel } from "../../test/contract/store-model.ts";
import { describeStoreTime } from "../../test/contract/store-time.ts";
import { StoreError, type Store } from "../store.ts";
import { machineRow } from "../testing/rows.ts";
import { afterCommit } from "../after-commit.ts";
import { memoryStore, type StorePoint } from "./store.ts";

for (const describeAs of [describeStore, describeStoreHazards, describeStoreModel, describeStoreGuards])
  describeAs("memory", async () => ({ store: memoryStore(), close: () => Promise.resolve() }));

describeStoreTime("memory", async () => {
  let time = 0;
  const store = memoryStore({ clock: { now: () => time } });
  return { store, setClock: async (to) => void (time = to), close: () => Promise.resolve() };
});

it("the memory store fails where the simulation says so, before or after the commit", async () => {
  let at = "commit";
  const store = memoryStore({
    faults: ({ op }) => {
      if (op === at) throw new StoreError("unavailable", "cut");
    },
  });
  const insert = (): Promise<unknown> => store.transaction((tx) => tx.insert("settings", [{ name: at, value: 1 }]));
  await expect(insert()).rejects.toThrow("cut");
  at = "committed";
  await expect(insert()).rejects.toThrow("cut");
  expect(store.snapshot("settings").map(({ name }) => name)).toEqual(["committed"]);
});

/** One transaction with every operation. */
const everything = (store: Store, effect: () => void): Promise<unknown> =>
  store.transaction(async (tx) => {
    afterCommit(tx, effect);
    const [id = 0] = await tx.nextIds("object", 1);
    await tx.insert("machines", [machineRow(id)]);
    await tx.get("machines", { id });
    await tx.find("machines");
    await tx.update("machines", [{ key: { id }, set: { sku: "s" } }]);
    await tx.upsert("gates", [{ name: "g", taken: 1, turn: 1 }]);
    await tx.remove("gates", [{ name: "none" }]);
  });

it("a transaction that fails at any await has written all or nothing", async () => {
  const points: StorePoint[] = [];
  await everything(memoryStore({ faults: (point) => void points.push(point) }), () => undefined);
  expect(points.map(({ op, table = "" }) => `${op} ${table}`.trim())).toEqual([
    "begin",
    "nextIds",
    "insert machines",
    "get machines",
    "find machines",
    "update machines",
    "upsert gates",
    "remove gates",
    "commit",
    "committed",
  ]);
  for (const [cut, { op }] of points.entries()) {
    let seen = 0;
    let effects = 0;
    const store = memoryStore({
      faults: () => {
        if (seen++ === cut) throw new StoreError("unavailable", "cut");
      },
    });
    await expect(everything(store, () => (effects += 1))).rejects.toMatchObject({ kind: "unavailable" });
    expect([store.snapshot("machines").length, store.snapshot("gates").length, effects], op).toEqual(
      op === "committed" ? [1, 1, 1] : [0, 0, 0],
    );
  }
});

it("effects of a commit run once, however often the transaction was retried", async () => {
  const store = memoryStore();
  await store.transaction((tx) => tx.insert("machines", [machineRow(1)]));
  let [runs, effects] = [0, 0];
  await store.transaction(async (tx) => {
    afterCommit(tx, () => (effects += 1));
    if (++runs === 1)
      await store.transaction((other) => other.update("machines", [{ key: { id: 1 }, set: { sku: "other" } }]));
    await tx.update("machines", [{ key: { id: 1 }, set: { vendor: "v" } }]);
  });
  expect([runs, effects]).toEqual([2, 1]);
  expect(store.snapshot("machines")).toEqual([machineRow(1, { sku: "other", vendor: "v" })]);
  expect(() => {
    afterCommit({} as never, () => undefined);
  }).toThrow("of no store");
});
