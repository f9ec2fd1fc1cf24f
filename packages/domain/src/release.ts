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

const fact = z.string().nullable().default(null);
const serials = z.array(z.string()).readonly().default([]);

/**
 * What a release's row keeps of the machine as it was let in; the next validation's lane hangs on it. Records of earlier
 * versions lack fields: such a fact is unknown.
 */
export const ReleaseRecord = z.object({
  reason: z.string().default(""),
  bootId: fact,
  systemSerial: fact,
  /** Of the last pass that counted, else of the machine. */
  gpuSerials: serials,
  gpuUuids: serials,
  ibkey: fact,
  image: fact,
  firmware: fact,
  /** Absent where nobody noted it. */
  notRequired: z
    .array(z.object({ check: z.string(), file: z.string() }))
    .readonly()
    .optional(),
  lane: z.string().optional(),
  laneDigest: z.string().optional(),
  laneReason: z.string().optional(),
  passesRequired: z.number().int().nullable().optional(),
  /** Of a validation that an override ended. */
  passesDone: z.number().int().optional(),
  passes: z
    .array(ReleasePass.pick({ attempt: true, run_index: true, try: true, kind: true, verdict: true }))
    .readonly()
    .optional(),
  coin: CanaryCoin.nullable().optional(),
});
export type ReleaseRecord = z.output<typeof ReleaseRecord>;
/** The same as rows hold it, whichever version wrote it. */
export type StoredReleaseRecord = Readonly<z.input<typeof ReleaseRecord>>;
