import { z } from "zod";

export const CLUSTERS_SCHEMA = "slipway/clusters@1";

const limit = z.number().int().min(0).max(100_000);

/** `fleet/clusters.yaml`: who owns each cluster, and how many of its nodes may validate at once. */
export const Clusters = z.strictObject({
  schema: z.literal(CLUSTERS_SCHEMA),
  clusters: z.record(
    z.string(),
    z.strictObject({
      vendor: z.string().optional(),
      segment: z.enum(["frontier", "research", "fleet"]),
      owner: z.string().min(1),
      ibkey: z.string().optional(),
      image: z.string().optional(),
      /** Nodes validating at once, in the cluster and in each of its racks. */
      limits: z.strictObject({ cluster: limit.optional(), rack: limit.optional() }).prefault({}),
    }),
  ),
  /** `repair: automatic` reports a ban for hardware, fabric or platform to the vendor. */
  vendors: z
    .record(
      z.string(),
      z.strictObject({ limit: limit.optional(), repair: z.enum(["automatic", "manual"]).default("manual") }),
    )
    .prefault({}),
  /** Who owns the hardware's health where no cluster says otherwise. */
  healthOwner: z.string().min(1).default("hwh"),
  checkOwners: z.record(z.string(), z.string()).prefault({}),
  /** Bans stop when more than this share of a rack, cluster or SKU fails on one code within an hour. */
  breaker: z
    .strictObject({ share: z.number().positive().max(1).default(0.25), atLeast: z.number().int().min(2).default(5) })
    .prefault({}),
  /** Days that evidence of passes is kept. */
  keepEvidenceDays: z.number().positive().default(180),
});
export type Clusters = z.infer<typeof Clusters>;
