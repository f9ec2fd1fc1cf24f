import { z } from "zod";
import { CanaryCoin, EntryKind, JudgedBy, PassKind, PassPolicy } from "./validation.ts";

export const RELEASE_SCHEMA = "slipway/release@1";

const instant = z.iso.datetime({ offset: true });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** One pass of a release document: enough to judge its evidence again. */
export const ReleasePass = z.object({
  attempt: z.number().int().positive(),
  run_index: z.number().int().positive(),
  try: z.number().int().nonnegative(),
  kind: PassKind,
  verdict: z.enum(["pass", "fail", "inconclusive"]),
  checks: z.record(z.string(), z.string()),
  boot_id: z.string().nullable(),
  system_serial: z.string().nullable(),
  gpu_serials: z.array(z.string()),
  gpu_uuids: z.array(z.string()).optional(),
  started_at: instant,
  finished_at: instant,
  judged_by: JudgedBy,
  /** Hash of each probe's stdout and stderr, as collected. */
  evidence: z.record(z.string(), z.object({ out: sha256.nullable(), err: sha256.nullable() })),
});

/** What was proven of a machine when it was let in, to be checked by anybody, offline. */
export const ReleaseDocument = z.object({
  schema: z.literal(RELEASE_SCHEMA),
  release: z.number().int().positive(),
  machine: z.number().int().positive(),
  node: z.string(),
  vendor: z.string().nullable(),
  sku: z.string().nullable(),
  cluster: z.string().nullable(),
  segment: z.string().nullable(),
  system_serial: z.string().nullable(),
  gpu_serials: z.array(z.string()),
  gpu_uuids: z.array(z.string()).optional(),
  boot_id: z.string().nullable(),
  /** `canary` and `override` were let in without their passes. */
  entry: EntryKind,
  decided_by: z.string(),
  reason: z.string(),
  released_at: instant,
  validation: z.number().int().positive().nullable(),
  lane: z
    .object({
      name: z.string(),
      digest: z.string(),
      reason: z.string(),
      passes_required: z.number().int(),
      checks: z.array(z.string()),
      policy: PassPolicy,
    })
    .nullable(),
  /** Checks that the lane names and that were not run, because the node's own `checks` in this file leaves them out. */
  notRequired: z.array(z.object({ check: z.string(), file: z.string() })).optional(),
  coin: CanaryCoin.nullable(),
  passes: z.array(ReleasePass),
});
export type ReleaseDocument = z.infer<typeof ReleaseDocument>;
