import { memoryStore } from "@slipway/store/memory";
import { banRow } from "@slipway/store/testing";
import type { Fleet } from "@slipway/fleet";
import { expect, it } from "vitest";
import { isReclassifiedByHand, reclassify } from "./reclassify.ts";

const fleet = { ownerOf: () => "hwh" } as unknown as Fleet;

it("knows a cause that a person gave by who gave it, not by the words of its rule", async () => {
  const store = memoryStore();
  const rule = "reclassified by the vendor's portal";
  await store.transaction((tx) =>
    tx.insert("bans", [banRow(1, { cause: "unknown", attribution: { findings: [], rule } })]),
  );
  const ban = () => store.snapshot("bans")[0] ?? banRow(1);
  expect(isReclassifiedByHand(ban())).toBe(false);
  await reclassify(store, fleet, { ban: 1, cause: "fabric", by: "ada", reason: "cable" });
  expect(ban().attribution).toMatchObject({ person: "ada" });
  expect(isReclassifiedByHand(ban())).toBe(true);
});
