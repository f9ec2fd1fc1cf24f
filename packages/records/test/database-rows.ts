import type { Row, Store, TableName } from "@slipway/store";
import { memoryStore } from "@slipway/store/memory";
import { readDatabase, type DatabaseRows, type FleetNames } from "../src/database/read-database.ts";

export const START = Date.UTC(2026, 0, 1);
const fleet: FleetNames = {
  ownerOf: (cluster) => (cluster === "c1" ? "fleet-infra" : undefined),
  laneKindOf: (lane) => ({ slow: "slow", "post-repair-oci": "post-repair", fast: "fast" })[lane],
};

/** Rows of the database, each whole, where `over` says nothing else. */
export const machine = (id: number, over: Partial<Row<"machines">> = {}): Row<"machines"> => ({
  id,
  system_serial: `S${String(id)}`,
  gpu_serials: [],
  account: "InPool",
  account_since: START,
  vendor: "oci",
  sku: "H100",
  merged_into: null,
  created_at: START,
  generation: 1,
  ...over,
});
export const validation = (id: number, over: Partial<Row<"validations">> = {}): Row<"validations"> => ({
  id,
  machine: 1,
  node: "n1",
  address: null,
  adapter: "lab",
  vendor: "oci",
  sku: "H100",
  cluster: "c1",
  rack: null,
  segment: "fleet",
  trigger: "new-hardware",
  lane: "slow",
  lane_digest: "d",
  lane_reason: "new",
  checks: ["imex"],
  first_checks: [],
  passes_required: 12,
  passes_done: 0,
  policy: {
    counting: "consecutive",
    onFail: "ban",
    maxAttempts: 1,
    inconclusiveRetries: 2,
    freshBootEvery: 0,
    confirmations: 0,
    keepRunning: 0,
    minutesBetween: 0,
  },
  attempt: 1,
  run_index: 1,
  tries: 0,
  status: "released",
  reason: "",
  owner: null,
  priority: 0,
  coin: null,
  keeps_running: false,
  acting: null,
  due_at: null,
  failures: 0,
  created_at: START,
  started_at: null,
  finished_at: null,
  generation: 1,
  ...over,
});
export const pass = (of: number, run_index: number, over: Partial<Row<"passes">> = {}): Row<"passes"> => ({
  validation: of,
  attempt: 1,
  run_index,
  try: 0,
  kind: "required",
  machine: 1,
  node: "n1",
  cluster: "c1",
  verdict: "pass",
  failed_checks: [],
  boot_id: null,
  system_serial: null,
  gpu_serials: [],
  started_at: START,
  finished_at: START,
  node_hours: 2,
  judged_by: { checks: {}, lane: "d", expectations: "e", image: null },
  evidence: {},
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
