import { z } from "zod";

// What must be true of a node of this vendor, SKU and cluster (interfaces.md 3). Every key is
// optional here: what a check cannot do without is the check's to say, and a key that is absent
// is answered `inconclusive`, never by a default.

const text = z.string().min(1);
const count = z.number().int().nonnegative();

export const GpuExpectations = z.object({
  count: count.max(1024).optional(),
  /** In the order of the GPU indices. */
  serials: z.array(text).optional(),
});

export const DcdiagExpectations = z.object({
  level: z.number().int().min(1).max(4).optional(),
  tests: z.array(text).optional(),
});

export const ImexExpectations = z.object({
  model: z.enum(["host", "per-domain", "dns-slots"]).optional(),
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

export const IbExpectations = z.object({
  rails: z.array(Rail).min(1).optional(),
  pkey: z
    .string('a partition key in quotes, such as "0x8001"')
    .regex(/^0x[0-9a-fA-F]{1,4}$/, "a partition key such as 0x8001")
    .optional(),
});

export const NvlinkExpectations = z.object({
  links: count.max(1024).optional(),
  gbps: z.number().positive().optional(),
  cliqueRequired: z.boolean().optional(),
  health: z.boolean().optional(),
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

/** The sections that more than one part of the house reads; a check may declare a section of its own besides. */
export const expectationSections = {
  gpus: GpuExpectations,
  dcdiag: DcdiagExpectations,
  imex: ImexExpectations,
  ib: IbExpectations,
  nvlink: NvlinkExpectations,
  hypervisor: HypervisorExpectations,
  nccl: NcclExpectations,
} as const;

/** Ids of the checks a node must prove; absent means all. */
export const RequiredChecks = z.array(text);

/** Expectations as they travel: sections by name, each judged against its schema by the check that reads it. */
export type Expectations = Readonly<Record<string, unknown>>;

/** Far deeper than any expectation is; what lies below is left as it is. */
const DEEPEST = 32;

/** Removes keys that are null, at every depth of objects: null means absent (rule G11). */
export function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > DEEPEST) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner, depth + 1)]),
  );
}
