import type { Row } from "../../src/tables/index.ts";

/** A whole ban, for tests of the store. */
export const banRow = (id: number, over: Partial<Row<"bans">> = {}): Row<"bans"> => ({
  id, revision: 1, machine: id, node: `n${String(id)}`, cluster: null, vendor: "oci", sku: null, segment: null, at: 1_700_000_000_123 + id, cause: "hardware", attribution: { findings: [], rule: "r" },
  owner: "hwh", reason: "it's \"bad\", \\ and ünïcode", by: "policy", source: "test", external_id: `e${String(id)}`, validation: null, release: null, lifted_at: null, lifted_by: null, lift_reason: null, ...over,
});

/** A whole machine, for tests of the store. */
export const machineRow = (id: number, over: Partial<Row<"machines">> = {}): Row<"machines"> => ({
  id, system_serial: `S${String(id)}`, gpu_serials: [`g"${String(id)}`, "a,b", "{}", ""], account: "Spare", account_since: 5, vendor: null, sku: null, merged_into: null, created_at: 1, generation: 1, ...over,
});

/** A whole validation, for tests of the store: a row of many columns. */
export const validationRow = (id: number, over: Partial<Row<"validations">> = {}): Row<"validations"> => ({
  id, machine: id, node: `n${String(id)}`, address: { host: "h", port: 22 }, adapter: "lab", vendor: null, sku: null, cluster: "c", rack: null, segment: null, trigger: "re-entry", lane: "slow", lane_digest: "d",
  lane_reason: "new", checks: ["a", "b"], first_checks: [], passes_required: 12, passes_done: 0,
  policy: { counting: "consecutive", onFail: "ban", maxAttempts: 1, inconclusiveRetries: 2, freshBootEvery: 0, confirmations: 0, keepRunning: 0, minutesBetween: 0 },
  attempt: 1, run_index: 1, tries: 0, status: "queued", reason: "", owner: null, priority: 0, coin: null, keeps_running: false, acting: null, due_at: null, failures: 0, created_at: 1, started_at: null, finished_at: null, generation: 1, ...over,
});
