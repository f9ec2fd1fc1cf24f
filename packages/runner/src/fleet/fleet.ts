import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expectationSections, type Expectations } from "@slipway/domain";
import { fleetExpectations, readExpectationTexts, type Checks, type ExpectationText, type FleetExpectations, type SectionSchemas } from "@slipway/evidence";
import { SlipwayError, type Vendor } from "@slipway/plugin-sdk";
import { Clusters, CLUSTERS_SCHEMA, Lane, laneOf, type LaneSubject } from "@slipway/policy";
import { readYaml } from "./read-yaml.ts";

/** A lane with the hash of what it says: a pass names the lane it was judged by. */
export interface KnownLane {
  readonly lane: Lane;
  readonly digest: string;
  readonly file: string;
}

/** What a fleet's files say, read once and checked. */
export interface Fleet {
  readonly lanes: readonly KnownLane[];
  readonly clusters: Clusters;
  readonly expectations: FleetExpectations;
  lane(digest: string): KnownLane | undefined;
  segmentOf(cluster: string | null): string | null;
  /** Who answers for a cause on a cluster: the cluster's owner for configuration, else the health team. */
  ownerOf(cluster: string | null, cause: string): string;
  ownerOfCheck(check: string): string;
}

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The files of a fleet, each read and checked by itself. */
export interface FleetFiles {
  readonly lanes: readonly { readonly lane: Lane; readonly file: string }[];
  readonly clusters: Clusters;
  readonly expectations: readonly ExpectationText[];
}

/**
 * Reads `<folder>/lanes/*.yaml`, `clusters.yaml` and `expectations/`.
 *
 * @throws SlipwayError of kind `config`, with file, line and field, for a file that is wrong
 */
export function readFleet(folder: string): FleetFiles {
  const laneFolder = join(folder, "lanes");
  const names = existsSync(laneFolder) ? readdirSync(laneFolder).filter((name) => /\.ya?ml$/.test(name)).sort() : [];
  const lanes = names.map((name) => {
    const file = join(laneFolder, name);
    return { lane: readYaml(file, Lane).value, file };
  });
  for (const [index, { lane, file }] of lanes.entries()) {
    if (lanes.findIndex((other) => other.lane.lane === lane.lane) !== index) throw new SlipwayError("config", `${file}: another file has the lane ${lane.lane}`);
  }
  const clustersFile = join(folder, "clusters.yaml");
  const clusters = existsSync(clustersFile) ? readYaml(clustersFile, Clusters).value : Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} });
  return { lanes, clusters, expectations: readExpectationTexts(folder) };
}

/**
 * What files say together.
 *
 * @throws SlipwayError of kind `config` for a lane that names a check nobody knows, for one whose
 *   checks need what nothing expects, and for one that wants fresh boots of a vendor without power
 */
export function fleetOf(files: FleetFiles, checks: Checks, vendors: readonly Vendor[] = []): Fleet {
  const { clusters } = files;
  const lanes = files.lanes.map(({ lane, file }): KnownLane => ({ lane, digest: digestOf(JSON.stringify(lane)), file }));
  for (const { lane, file } of lanes) refuseLane(lane, file, checks, vendors);
  const expectations = fleetExpectations(files.expectations, sectionsOf(checks));
  refuseMissingExpectations(lanes, expectations, checks, clusters);
  const byDigest = new Map(lanes.map((known) => [known.digest, known]));
  return {
    lanes,
    clusters,
    expectations,
    lane: (digest) => byDigest.get(digest),
    segmentOf: (cluster) => clusters.clusters[cluster ?? ""]?.segment ?? null,
    ownerOf: (cluster, cause) => (cause === "configuration" ? clusters.clusters[cluster ?? ""]?.owner : undefined) ?? clusters.healthOwner,
    ownerOfCheck: (check) => clusters.checkOwners[check] ?? clusters.healthOwner,
  };
}

/** Reads a fleet's folder: {@link readFleet}, then {@link fleetOf}. */
export const loadFleet = (folder: string, checks: Checks, vendors: readonly Vendor[] = []): Fleet => fleetOf(readFleet(folder), checks, vendors);

/** Every section an expectations file may have: the shared ones and those that checks declare. */
export function sectionsOf(checks: Checks): SectionSchemas {
  return Object.assign({}, ...[...checks.values()].map((check) => check.sections), expectationSections) as SectionSchemas;
}

function refuseLane(lane: Lane, file: string, checks: Checks, vendors: readonly Vendor[]): void {
  for (const check of [...lane.checks, ...Object.values(lane.parts ?? {}).flatMap((ids) => ids ?? [])]) {
    if (!checks.has(check)) throw new SlipwayError("config", `${file}: checks: there is no check ${check}`, { hint: `known: ${[...checks.keys()].join(", ")}` });
  }
  if (lane.policy.freshBootEvery > 0) {
    const powerless = vendors.filter(({ id, capabilities }) => capabilities.power.length === 0 && (lane.for.vendor?.includes(id) ?? true));
    if (powerless.length > 0)
      throw new SlipwayError("config", `${file}: policy.freshBootEvery: ${powerless.map(({ id }) => id).join(", ")} declares no power, so no boot can be asked for`, { hint: "name the vendors it is for under for.vendor" });
  }
}

/** A lane whose checks need what nothing expects of a vendor and SKU that it names would hold every node. */
function refuseMissingExpectations(lanes: readonly KnownLane[], expectations: FleetExpectations, checks: Checks, { clusters }: Clusters): void {
  for (const { lane, file } of lanes) {
    for (const sku of lane.for.sku ?? []) {
      const vendors = lane.for.vendor ?? [undefined];
      const names = lane.for.cluster ?? [undefined];
      for (const vendor of vendors)
        for (const cluster of names) {
          const expect = expectations.resolve({ vendor: vendor ?? clusters[cluster ?? ""]?.vendor, sku, cluster }).expect;
          for (const id of lane.checks) {
            const missing = checks.get(id)?.needs(expect).find((key) => !RUNTIME.has(key) && valueAt(expect, key) === undefined);
            if (missing !== undefined) throw new SlipwayError("config", `${file}: ${id} needs ${missing}, which nothing expects of ${sku}${cluster === undefined ? "" : ` in ${cluster}`}`, { hint: "add it under expectations/" });
          }
        }
    }
  }
}

/** Facts of a rack or a cluster: sightings and cluster files bring them. */
const RUNTIME = new Set(["imex.members", "ib.rails", "ib.pkey", "imex.domainActive"]);

function valueAt(expect: Expectations, dotted: string): unknown {
  return dotted.split(".").reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined), expect);
}

/** The lanes alone, for choosing a path. */
export const lanesOf = (fleet: Fleet): readonly Lane[] => fleet.lanes.map(({ lane }) => lane);

/** The known lane of a kind for a node. */
export function knownLane(fleet: Fleet, kind: Lane["kind"], subject: LaneSubject): KnownLane | undefined {
  const lane = laneOf(lanesOf(fleet), kind, subject);
  return fleet.lanes.find((known) => known.lane === lane);
}
