import type { Verdict } from "@slipway/domain";
import { fileBlobs } from "@slipway/store/blobs";
import { memoryStore } from "@slipway/store/memory";
import type { Blobs, Row, Store } from "@slipway/store";
import { passRow, validationRow } from "@slipway/store/testing";
import { record } from "./planted.ts";

/** A pass to be stored: what its probe printed, and what was said of it then. */
export interface PassSketch {
  readonly virt: string;
  readonly verdict?: "pass" | "fail" | "inconclusive";
  readonly run: number;
  readonly try?: number;
  readonly kind?: Row<"passes">["kind"];
  readonly checks?: Readonly<Record<string, Verdict>>;
  readonly at?: number;
}

export const AT = Date.parse("2026-01-10T00:00:00Z");

/** A memory store with validations and their passes, over a folder of evidence. */
export interface StoredPasses {
  readonly store: Store;
  readonly blobs: Blobs;
  /** Stores a validation of 3 passes unless told. */
  validation(id: number, passes: readonly PassSketch[], more?: Partial<Row<"validations">>): Promise<void>;
}

export function storedPasses(folder: string): StoredPasses {
  const store = memoryStore();
  const blobs = fileBlobs(folder, { sync: false });
  return {
    store,
    blobs,
    async validation(id, sketches, more = {}) {
      const [expectations = ""] = await blobs.put([Buffer.from("{}")]);
      const rows = await Promise.all(sketches.map((sketch) => passOf(blobs, id, sketch, expectations)));
      await store.transaction(async (tx) => {
        await tx.insert("validations", [{ ...validationOf(id), ...more }]);
        await tx.insert(
          "passes",
          rows.map(({ pass }) => pass),
        );
        await tx.insert(
          "results",
          rows.flatMap(({ results }) => results),
        );
      });
    },
  };
}

async function passOf(
  blobs: Blobs,
  validation: number,
  { virt, verdict = "pass", run, try: tried = 0, kind = "required", checks = { virt: verdict }, at = AT }: PassSketch,
  expectations: string,
): Promise<{ pass: Row<"passes">; results: Row<"results">[] }> {
  const [out = ""] = await blobs.put([Buffer.from(virt)]);
  const key = { validation, attempt: 1, run_index: run, try: tried };
  return {
    pass: passRow(validation, {
      ...key,
      kind,
      cluster: "c1",
      verdict,
      failed_checks: Object.keys(checks).filter((id) => checks[id] === "fail"),
      system_serial: `S${String(validation)}`,
      started_at: at,
      finished_at: at + 1,
      node_hours: 1,
      judged_by: {
        checks: Object.fromEntries(Object.keys(checks).map((id) => [id, { version: "1.0.0", digest: "d" }])),
        lane: "l",
        expectations,
        image: null,
      },
      evidence: { virt: { record: record(), out, err: null, size: virt.length } },
    }),
    results: Object.entries(checks).map(([check, said]) => ({
      ...key,
      check,
      version: "1.0.0",
      verdict: said,
      findings: null,
    })),
  };
}

const validationOf = (id: number): Row<"validations"> =>
  validationRow(id, {
    address: null,
    vendor: "oci",
    sku: "H100",
    cluster: "c1",
    segment: "fleet",
    lane_digest: "l",
    checks: ["virt"],
    passes_required: 3,
    passes_done: 3,
    status: "released",
    created_at: AT - 1,
    started_at: AT,
    finished_at: AT + 2,
  });
