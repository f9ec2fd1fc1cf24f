import type { EvidenceRef } from "@slipway/domain";
import type { Row } from "@slipway/store";

/** A bundle as it lies in the evidence store. */
export interface StoredBundle {
  readonly evidence: Readonly<Record<string, EvidenceRef>>;
  readonly expectations: string;
  readonly checks: readonly string[];
}

/** A validation of one pass. */
export const validationRow = (id: number): Row<"validations"> => ({
  id,
  machine: id,
  node: `n${String(id)}`,
  address: null,
  adapter: "lab",
  vendor: "azure",
  sku: "GB300",
  cluster: "c1",
  rack: null,
  segment: "fleet",
  trigger: "re-entry",
  lane: "slow",
  lane_digest: "",
  lane_reason: "",
  checks: [],
  first_checks: [],
  passes_required: 1,
  passes_done: 1,
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
  created_at: 0,
  started_at: 0,
  finished_at: 1,
  generation: 1,
});

export const passRow = (validation: number, { evidence, expectations, checks }: StoredBundle): Row<"passes"> => ({
  validation,
  attempt: 1,
  run_index: 1,
  try: 0,
  kind: "required",
  machine: validation,
  node: `n${String(validation)}`,
  cluster: "c1",
  verdict: "pass",
  failed_checks: [],
  boot_id: null,
  system_serial: null,
  gpu_serials: [],
  started_at: 0,
  finished_at: 1,
  node_hours: 1,
  judged_by: {
    checks: Object.fromEntries(checks.map((id) => [id, { version: "", digest: "" }])),
    lane: "",
    expectations,
    image: null,
  },
  evidence,
});
