import { fleetOf } from "@slipway/fleet";
import { Clusters, CLUSTERS_SCHEMA } from "@slipway/policy";
import { memoryStore } from "@slipway/store/memory";
import { machineRow, placementRow } from "@slipway/store/testing";
import { expect, it } from "vitest";
import { importBans } from "./import-bans.ts";
import { importHistory } from "./import-history.ts";

const NOW = Date.UTC(2026, 0, 9);
const fleet = fleetOf(
  { lanes: [], clusters: Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} }), expectations: [] },
  new Map(),
);
const events = (rows: string): string => `event_id,revision,event_type,node_id,cluster_id,ts,cause\n${rows}\n`;

/** A machine in service, in a store whose clock stands. */
async function stocked() {
  const store = memoryStore({ clock: { now: () => NOW } });
  await store.transaction(async (tx) => {
    await tx.insert("machines", [machineRow(1, { account: "InPool" })]);
    await tx.insert("placements", [placementRow(1)]);
  });
  return store;
}

it("says bans that are imported in the audit and the books by the database's clock", async () => {
  const store = await stocked();
  const file = { file: "b.csv", text: events("e1,2,ban,n1,c,2026-01-01T02:00:00Z,hardware"), source: "slurm" };
  expect(await importBans(store, fleet, file)).toMatchObject({ banned: 1 });
  expect(new Set(store.snapshot("audit").map(({ at }) => at))).toEqual(new Set([NOW]));
  expect(store.snapshot("machines")).toMatchObject([{ account: "Banned", account_since: NOW }]);
});

it("says when history was imported by the database's clock", async () => {
  const store = await stocked();
  const text = events("x1,1,admit,n1,c,2025-12-30T00:00:00Z,");
  await importHistory(store, { events: { file: "e.csv", text } });
  expect(store.snapshot("imported_events")).toMatchObject([{ body: { imported_at: "2026-01-09T00:00:00.000Z" } }]);
});
