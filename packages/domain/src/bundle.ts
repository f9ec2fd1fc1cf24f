import { z } from "zod";

export const EVIDENCE_SCHEMA = "slipway/evidence@1";

/** A probe id names a file of the bundle, so it may not climb out of it (rule G6). */
export const ProbeId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "a probe id is letters, digits, '.', '_' and '-', starting with a letter or digit",
  )
  .refine((id) => !id.includes(".."), "a probe id has no '..'");

/** Why a program did not start or a host did not answer; other short words are allowed. */
export const StartError = z.string().min(1).max(64);

/** Probe ids that need no closer look. */
const PLAIN_PROBE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** How one probe ran, as the collector writes it. Its output stands in `<probe>.out` and `<probe>.err`. */
export const ProbeRecord = z.object({
  argv: z.array(z.string()),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  timedOut: z.boolean(),
  startError: StartError.nullable(),
  startedAt: z.iso.datetime({ offset: true }),
  durationMs: z.number().nonnegative(),
  /** The output was cut by the collector's cap. */
  truncated: z.boolean().optional(),
});
export type ProbeRecord = z.infer<typeof ProbeRecord>;

/** Serial numbers a machine is known by; `gpus` (with repeats, as GPUs of one board share a serial) and `uuids` in the order of the GPU indices. */
export const Serials = z.object({
  system: z.string().nullish(),
  gpus: z.array(z.string()).nullish(),
  uuids: z.array(z.string()).nullish(),
});
export type Serials = z.infer<typeof Serials>;

/** The machine the evidence speaks of. Only `name` is always known. */
export const NodeIdentity = z.object({
  name: z.string().min(1),
  vendor: z.string().nullish(),
  sku: z.string().nullish(),
  cluster: z.string().nullish(),
  rack: z.string().nullish(),
  bootId: z.string().nullish(),
  serials: Serials.nullish(),
});
export type NodeIdentity = z.infer<typeof NodeIdentity>;

/** `bundle.json` of a `slipway/evidence@1` folder, as Slipway writes it. */
export const BundleManifest = z.object({
  schema: z.literal(EVIDENCE_SCHEMA),
  node: NodeIdentity,
  collectedAt: z.iso.datetime({ offset: true }),
  /** How the node was reached, over ssh: `SHA256:…` of its host key, and the jump host, or `direct`. */
  reached: z.object({ hostKey: z.string(), route: z.string() }).optional(),
  /** Expectations, inline. */
  expect: z.record(z.string(), z.unknown()).optional(),
  /** Which file each part of `expect` came from, by JSON pointer. */
  expectSources: z.record(z.string(), z.string()).optional(),
  /** Expectations in a YAML file inside the bundle folder; `expect` replaces it. */
  expectFile: z.string().optional(),
  probes: z.record(ProbeId, ProbeRecord),
});
export type BundleManifest = z.infer<typeof BundleManifest>;

/** The object as JSON has it: a record would drop the key `__proto__` before anybody saw it. */
const AnyProbes = z
  .custom<Readonly<Record<string, unknown>>>(
    (probes) => typeof probes === "object" && probes !== null && !Array.isArray(probes),
    "has to be an object",
  )
  .superRefine((probes, context) => {
    if (typeof probes !== "object") return;
    for (const id of Object.keys(probes)) {
      const problem = PLAIN_PROBE_ID.test(id) ? undefined : ProbeId.safeParse(id).error?.issues[0];
      if (problem !== undefined) context.addIssue({ code: "custom", path: [id], message: problem.message });
    }
  });

/**
 * `bundle.json` as Slipway reads it: whatever rule G6 does not refuse. Probe records stay unread
 * here, because a wrong one makes that probe unusable and not the bundle.
 */
export const ReadableManifest = z.object({
  schema: z.literal(EVIDENCE_SCHEMA),
  node: NodeIdentity,
  collectedAt: z.string().nullish(),
  expect: z.record(z.string(), z.unknown()).nullish(),
  expectSources: z.record(z.string(), z.string()).nullish(),
  expectFile: z.string().min(1).nullish(),
  probes: AnyProbes,
});
export type ReadableManifest = z.infer<typeof ReadableManifest>;
