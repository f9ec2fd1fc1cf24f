import { vendorId } from "@slipway/plugin-sdk";
import { z } from "zod";

export const CLUSTERS_SCHEMA = "slipway/clusters@1";

const limit = z.number().int().min(0).max(100_000);

const share = z.number().positive().max(1);

/** How much one fault of a check, a setting, a vendor or a person may change before somebody has looked. */
const BlastRadius = z.strictObject({
  /**
   * Of a cluster's machines in service and those that bans took from there within a day: from this share on, and
   * `breaker.atLeast` of them, no validation takes another one out.
   */
  bannedShare: share.default(0.25),
  /** Boots asked for in the whole fleet, a second. */
  bootsPerSecond: z.number().positive().max(1_000).default(0.1),
  /** Of a cluster, machines that boot at once. */
  bootingShare: share.default(0.1),
  /** Machines whose bans one person lifts, or that one person lets in by override, within an hour. */
  byHandPerHour: z.number().int().min(1).max(100_000).default(20),
  /** Of a cluster, machines released within a day after a setting that they were judged by was promoted. */
  newSettingShare: share.default(0.1),
  /** Of a cluster, machines taken out of service to be validated at once; two in any cluster. */
  testingShare: share.default(0.1),
});

const VendorRules = z.strictObject({
  limit: limit.optional(),
  repair: z.enum(["automatic", "manual"]).default("manual"),
});
type RulesByVendor = Record<string, z.output<typeof VendorRules>>;

/** Rules by the vendor's id; refuses a vendor that is named in two spellings, of which one would get lost. */
function byVendorId(named: RulesByVendor, context: z.RefinementCtx): RulesByVendor {
  const spelt = new Map<string, string>();
  for (const name of Object.keys(named)) {
    const earlier = spelt.get(vendorId(name));
    if (earlier !== undefined)
      context.addIssue({ code: "custom", path: [name], message: `${earlier} and ${name} are one vendor` });
    spelt.set(vendorId(name), name);
  }
  return Object.fromEntries(Object.entries(named).map(([name, rules]) => [vendorId(name), rules]));
}

/** `fleet/clusters.yaml`: who owns each cluster, and how many of its nodes may validate at once. */
export const Clusters = z.strictObject({
  schema: z.literal(CLUSTERS_SCHEMA),
  clusters: z.record(
    z.string(),
    z.strictObject({
      vendor: z.string().transform(vendorId).optional(),
      segment: z.enum(["frontier", "research", "fleet"]),
      owner: z.string().min(1),
      ibkey: z.string().optional(),
      image: z.string().optional(),
      /** Nodes validating at once, in the cluster and in each of its racks. */
      limits: z.strictObject({ cluster: limit.optional(), rack: limit.optional() }).prefault({}),
    }),
  ),
  /** `repair: automatic` reports a ban for hardware, fabric or platform to the vendor. */
  vendors: z.record(z.string(), VendorRules).transform(byVendorId).prefault({}),
  /** Who owns the hardware's health where no cluster says otherwise. */
  healthOwner: z.string().min(1).default("hwh"),
  checkOwners: z.record(z.string(), z.string()).prefault({}),
  /** Bans stop when more than this share of a rack, cluster or SKU fails on one code within an hour. */
  breaker: z
    .strictObject({ share: z.number().positive().max(1).default(0.25), atLeast: z.number().int().min(2).default(5) })
    .prefault({}),
  blastRadius: BlastRadius.prefault({}),
  /** Days that evidence of passes is kept. */
  keepEvidenceDays: z.number().positive().default(180),
});
export type Clusters = z.infer<typeof Clusters>;
