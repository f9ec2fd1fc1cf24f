import type { Row, Store, TableName } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { machineRow, passRow, validationRow } from "@slipway/store/testing";
import { readDatabase, type DatabaseRows, type FleetNames } from "../src/database/read-database.ts";

export const START = Date.UTC(2026, 0, 1);
const fleet: FleetNames = {
  ownerOf: (cluster) => (cluster === "c1" ? "fleet-infra" : undefined),
  laneKindOf: (lane) => ({ slow: "slow", "post-repair-oci": "post-repair", fast: "fast" })[lane],
};

/** Rows of the database, each whole, where `over` says nothing else. */
export const machine = (id: number, over: Partial<Row<"machines">> = {}): Row<"machines"> =>
  machineRow(id, {
    gpu_serials: [],
    account: "InPool",
    account_since: START,
    vendor: "oci",
    sku: "H100",
    created_at: START,
    ...over,
  });
export const validation = (id: number, over: Partial<Row<"validations">> = {}): Row<"validations"> =>
  validationRow(id, {
    machine: 1,
    node: "n1",
    address: null,
    vendor: "oci",
    sku: "H100",
    cluster: "c1",
    segment: "fleet",
    trigger: "new-hardware",
    checks: ["imex"],
    status: "released",
    created_at: START,
    ...over,
  });
export const pass = (of: number, run_index: number, over: Partial<Row<"passes">> = {}): Row<"passes"> =>
  passRow(of, {
    run_index,
    machine: 1,
    node: "n1",
    cluster: "c1",
    started_at: START,
    finished_at: START,
    node_hours: 2,
    judged_by: { checks: {}, lane: "d", expectations: "e", image: null },
    ...over,
  });

/** What is read of a database that holds these rows. */
export async function read(rows: { readonly [Name in TableName]?: readonly Row<Name>[] }): Promise<DatabaseRows> {
  const store: Store = memoryStore();
  await store.transaction(async (tx) => {
    for (const [table, of] of Object.entries({ machines: [machine(1)], ...rows }) as [TableName, readonly never[]][])
      await tx.insert(table, of);
  });
  return readDatabase(store, fleet);
}
