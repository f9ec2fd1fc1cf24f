import { z } from "zod";
import type { Clusters } from "../lanes/clusters.ts";
import { laneMatches, type Lane } from "../lanes/lane.ts";
import { Segment, type RequiredOwner } from "./proposal.ts";

export const OWNERS_SCHEMA = "slipway/owners@1";

/** A public Ed25519 key (RFC 8037), by its id. */
const PublicKey = z.strictObject({
  kid: z.string().min(1).max(100),
  x: z.string().regex(/^[\w-]{43}$/, "32 bytes in base64url"),
});

/** `fleet/owners.yaml`: who may approve for which owner, and the public keys of their signatures. */
export const Owners = z
  .strictObject({
    schema: z.literal(OWNERS_SCHEMA),
    principals: z.record(
      z.string().min(1).max(200),
      z.strictObject({ owners: z.array(z.string().min(1)).min(1), keys: z.array(PublicKey).max(20).default([]) }),
    ),
  })
  .superRefine(({ principals }, context) => {
    const seen = new Map<string, string>();
    for (const [name, { keys }] of Object.entries(principals))
      for (const [index, { kid, x }] of keys.entries())
        for (const known of [`kid ${kid}`, `key ${x}`]) {
          const other = seen.get(known);
          if (other !== undefined)
            context.addIssue({
              code: "custom",
              path: ["principals", name, "keys", index],
              message: `the ${known} is ${other}'s already`,
            });
          seen.set(known, name);
        }
  });
export type Owners = z.infer<typeof Owners>;

/** What a change of settings touches. */
export type Concern =
  | { readonly kind: "check"; readonly name: string }
  /** `layer/name`. */
  | { readonly kind: "expectation"; readonly name: string }
  | { readonly kind: "image"; readonly name: string }
  /** The lane before and after; undefined where it is not there. */
  | {
      readonly kind: "lane";
      readonly name: string;
      readonly before: Lane | undefined;
      readonly after: Lane | undefined;
    };

/**
 * The clusters in which machines may be judged differently after a change. One of which the files do not tell
 * whether it is concerned, because its SKU or vendor is not in them, counts as concerned.
 */
export function concernedClusters({ clusters }: Clusters, concern: Concern): readonly string[] {
  const among = (test: (name: string) => boolean): readonly string[] => Object.keys(clusters).filter(test);
  switch (concern.kind) {
    case "check":
      return Object.keys(clusters);
    case "image":
      return among((name) => name === concern.name);
    case "expectation": {
      const slash = concern.name.indexOf("/");
      const [layer, label] = [concern.name.slice(0, slash), concern.name.slice(slash + 1)];
      if (layer === "cluster") return among((name) => name === label);
      return among((name) => layer !== "vendor" || (clusters[name]?.vendor ?? label) === label);
    }
    case "lane":
      return among((name) =>
        [concern.before, concern.after].some((lane) => lane !== undefined && mayMatch(lane, name, clusters[name])),
      );
  }
}

function mayMatch(lane: Lane, name: string, cluster: Clusters["clusters"][string] | undefined): boolean {
  const { sku: _any, ...known } = lane.for;
  const vendor = cluster?.vendor ?? known.vendor?.[0];
  return laneMatches({ ...lane, for: known }, { cluster: name, segment: cluster?.segment, vendor });
}

/**
 * Who has to agree: in each segment the owners of the clusters that are concerned, and for all of them
 * who answers for the check or, where no check is named, for the hardware's health.
 */
export function requiredOwners(clusters: Clusters, concerns: readonly Concern[]): readonly RequiredOwner[] {
  const names = [...new Set(concerns.flatMap((concern) => concernedClusters(clusters, concern)))].sort();
  const required: RequiredOwner[] = [];
  for (const segment of Segment.options) {
    const owned = Map.groupBy(
      names.filter((name) => clusters.clusters[name]?.segment === segment),
      (name) => clusters.clusters[name]?.owner ?? clusters.healthOwner,
    );
    for (const [owner, of] of owned)
      required.push({
        owner,
        segment,
        why: `owns ${of.length > 3 ? `${String(of.length)} clusters that it concerns` : of.join(", ")}`,
      });
  }
  const checks = concerns.flatMap(({ kind, name }) => (kind === "check" ? [name] : []));
  const health = new Map(
    checks.length === 0
      ? [[clusters.healthOwner, "answers for thresholds"]]
      : checks.map((check) => [clusters.checkOwners[check] ?? clusters.healthOwner, `answers for ${check}`]),
  );
  return [...required, ...[...health].map(([owner, why]): RequiredOwner => ({ owner, segment: null, why }))];
}
