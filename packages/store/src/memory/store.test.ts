import { expect, it } from "vitest";
import { describeStore } from "../contract/store-contract.ts";
import { describeStoreHazards } from "../contract/store-hazards.ts";
import { describeStoreModel } from "../contract/store-model.ts";
import { StoreError } from "../store.ts";
import { memoryStore } from "./store.ts";

for (const describeAs of [describeStore, describeStoreHazards, describeStoreModel]) describeAs("memory", async () => ({ store: memoryStore(), close: () => Promise.resolve() }));

it("fails where the simulation wants it to, before or after the commit", async () => {
  let at = "commit";
  const store = memoryStore({ faults: ({ op }) => { if (op === at) throw new StoreError("unavailable", "cut"); } });
  const insert = (): Promise<unknown> => store.transaction((tx) => tx.insert("settings", [{ name: at, value: 1 }]));
  await expect(insert()).rejects.toThrow("cut");
  at = "committed";
  await expect(insert()).rejects.toThrow("cut");
  expect(store.snapshot("settings").map(({ name }) => name)).toEqual(["committed"]);
});
