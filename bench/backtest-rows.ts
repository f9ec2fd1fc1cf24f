import type { EvidenceRef } from "@slipway/domain";
import type { Row } from "@slipway/store";
import { validationRow } from "@slipway/store/testing";

/** A bundle as it lies in the evidence store. */
export interface StoredBundle {
  readonly evidence: Readonly<Record<string, EvidenceRef>>;
  readonly expectations: string;
  readonly checks: readonly string[];
}

/** A validation of one pass. */
export const releasedRow = (id: number): Row<"validations"> =>
  validationRow(id, {
    address: null,
    vendor: "azure",
    sku: "GB300",
    cluster: "c1",
    segment: "fleet",
    checks: [],
    passes_required: 1,
    passes_done: 1,
    status: "released",
    started_at: 0,
    finished_at: 1,
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
  gpu_uuids: [],
  host_key: null,
  route: null,
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
