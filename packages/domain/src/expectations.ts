import { z } from "zod";

// What must be true of a node of this vendor, SKU and cluster (interfaces.md 3). Every key is
// optional here: what a check cannot do without is the check's to say, and a key that is absent
// is answered `inconclusive`, never by a default.

const text = z.string().min(1);
const count = z.number().int().nonnegative();

export const GpuExpectations = z.object({
  count: count.max(1024).optional(),
  /** In the order of the GPU indices, repeated where GPUs of one board share one (rule V1). */
  serials: z.array(text).optional(),
});

export const DcdiagExpectations = z.object({
  level: z.number().int().min(1).max(4).optional(),
  tests: z.array(text).optional(),
});

export const ImexExpectations = z.object({
  model: z.enum(["host", "per-domain", "dns-slots", "none"]).optional(),
  members: z.array(text).optional(),
  domainActive: z.boolean().optional(),
  version: text.optional(),
});

export const Rail = z.object({
  /** An exact name, or one with `[a-b]` or `[a,b]`, which stands for every name it expands to. */
  device: text,
  port: z.number().int().positive(),
  rateGbps: z.number().positive(),
  label: text,
  width: z.number().int().positive(),
  linkLayer: text,
});
export type Rail = z.infer<typeof Rail>;

/** Counters whose rise is a workload's doing (retries, refused requests), so that no port is judged by them. */
const WORKLOAD_COUNTER = /^(req_|resp_|rnr_|out_of_)|^(local_ack_timeout_err|packet_seq_err)$/;

/** Names of files under a port's `counters` or `hw_counters`, and the most an hour that each may rise. */
const PortErrors = z
  .record(z.string().regex(/^[A-Za-z0-9_]{1,64}$/, "the name of a counter file"), z.number().nonnegative())
  .refine((limits) => Object.keys(limits).length > 0, "at least one counter")
  .superRefine((limits, context) => {
    for (const name of Object.keys(limits).filter((counter) => WORKLOAD_COUNTER.test(counter)))
      context.addIssue({ code: "custom", path: [name], message: "this counter rises by what a workload does" });
  });

export const IbExpectations = z.object({
  rails: z.array(Rail).min(1).optional(),
  /** 0: none may be seen. */
  errors: PortErrors.optional(),
  pkey: z
    .string('a partition key in quotes, such as "0x8001"')
    .regex(/^0x[0-9a-fA-F]{1,4}$/, "a partition key such as 0x8001")
    .optional(),
});

export const NvlinkExpectations = z.object({
  links: count.max(1024).optional(),
  /** Not read where `links` is 0 (rule F1). */
  gbps: z.number().nonnegative().optional(),
  cliqueRequired: z.boolean().optional(),
  health: z.boolean().optional(),
  /** Numbers of the links that are off by design; `links` counts the others (rule F5). */
  unused: z.array(count.max(2047)).optional(),
  /** False where this SKU has no fabric state (rule F2). */
  fabric: z.boolean().optional(),
});

export const HypervisorExpectations = z.object({
  virt: z.array(text).min(1).optional(),
  kernelArgs: z.array(text).optional(),
  physicalHost: z.enum(["required"]).optional(),
});

export const NcclExpectations = z.object({
  minBusbwGBps: z.number().positive().optional(),
  /** Message size in bytes whose row is judged. */
  size: z.number().int().positive().optional(),
});

/** What a whole rack of this SKU is; no check reads it. */
export const RackExpectations = z.object({
  nodes: count.max(1024).optional(),
  usable: count.max(1024).optional(),
});

/** The sections that more than one part of the house reads; a check may declare a section of its own besides. */
export const expectationSections = {
  gpus: GpuExpectations,
  dcdiag: DcdiagExpectations,
  imex: ImexExpectations,
  ib: IbExpectations,
  nvlink: NvlinkExpectations,
  hypervisor: HypervisorExpectations,
  nccl: NcclExpectations,
  rack: RackExpectations,
} as const;

/** Ids of the checks a node must prove; absent means all. */
export const RequiredChecks = z.array(text);

/** Expectations as they travel: sections by name, each judged against its schema by the check that reads it. */
export type Expectations = Readonly<Record<string, unknown>>;

/** Far deeper than any expectation is; what lies below is left as it is. */
const DEEPEST = 32;

/** Removes keys that are null, at every depth of objects: null means absent (rule G11). */
export function withoutNulls(value: unknown, depth = 0): unknown {
  if (!holdsNull(value, depth) || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner, depth + 1)]),
  );
}

/** Whether an object has a key that is null, at any depth of objects: few have. */
function holdsNull(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > DEEPEST) return false;
  return Object.values(value).some((inner) => inner === null || holdsNull(inner, depth + 1));
}
