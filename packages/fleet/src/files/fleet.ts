import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expectationSections, type Expectations } from "@slipway/domain";
import {
  fleetExpectations,
  readExpectationTexts,
  type Checks,
  type ExpectationText,
  type FleetExpectations,
  type SectionSchemas,
} from "@slipway/evidence";
import { SlipwayError, type Check, type Vendor, type VendorCapabilities } from "@slipway/plugin-sdk";
import {
  Clusters,
  CLUSTERS_SCHEMA,
  Lane,
  laneOf,
  type LaneSubject,
  NO_PRECEDENCE,
  Precedence,
  requiredChecks,
} from "@slipway/policy";
import { readYaml } from "./read-yaml.ts";

/** A lane with the hash of its content, by which a pass names the lane that it was judged by. */
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
  /** Whose word counts for each field of a node. */
  readonly precedence: Precedence;
  lane(digest: string): KnownLane | undefined;
  segmentOf(cluster: string | null): string | null;
  /** Who answers for a cause on a cluster: the cluster's owner for configuration, else the health team. */
  ownerOf(cluster: string | null, cause: string): string;
  ownerOfCheck(check: string): string;
  /** What each adapter declares that it can do, by its id, whether or not it is set up here. */
  readonly capabilities: ReadonlyMap<string, VendorCapabilities>;
}

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The files of a fleet, each read and checked by itself. */
export interface FleetFiles {
  readonly lanes: readonly { readonly lane: Lane; readonly file: string }[];
  readonly clusters: Clusters;
  readonly expectations: readonly ExpectationText[];
  /** Whose word counts for each field of a node. */
  readonly precedence?: Precedence;
}

/**
 * Reads `<folder>/lanes/*.yaml`, `clusters.yaml`, `precedence.yaml` and `expectations/`.
 *
 * @throws SlipwayError of kind `config`, with file, line and field, for a file that is wrong
 */
export function readFleet(folder: string): FleetFiles {
  const laneFolder = join(folder, "lanes");
  const names = existsSync(laneFolder)
    ? readdirSync(laneFolder)
        .filter((name) => /\.ya?ml$/.test(name))
        .sort()
    : [];
  const lanes = names.map((name) => {
    const file = join(laneFolder, name);
    return { lane: readYaml(file, Lane).value, file };
  });
  for (const [index, { lane, file }] of lanes.entries()) {
    if (lanes.findIndex((other) => other.lane.lane === lane.lane) !== index)
      throw new SlipwayError("config", `${file}: another file has the lane ${lane.lane}`);
  }
  const clustersFile = join(folder, "clusters.yaml");
  const clusters = existsSync(clustersFile)
    ? readYaml(clustersFile, Clusters).value
    : Clusters.parse({ schema: CLUSTERS_SCHEMA, clusters: {} });
  const precedenceFile = join(folder, "precedence.yaml");
  const precedence = existsSync(precedenceFile) ? readYaml(precedenceFile, Precedence).value : NO_PRECEDENCE;
  return { lanes, clusters, expectations: readExpectationTexts(folder), precedence };
}

/** What files say together. */
export function fleetOf(files: FleetFiles, checks: Checks, vendors: readonly Vendor[] = []): Fleet {
  const { clusters } = files;
  const lanes = files.lanes.map(({ lane, file }): KnownLane => ({
    lane,
    digest: digestOf(JSON.stringify(lane)),
    file,
  }));
  const expectations = fleetExpectations(files.expectations, sectionsOf(checks));
  const byDigest = new Map(lanes.map((known) => [known.digest, known]));
  return {
    lanes,
    clusters,
    expectations,
    precedence: files.precedence ?? NO_PRECEDENCE,
    lane: (digest) => byDigest.get(digest),
    segmentOf: (cluster) => clusters.clusters[cluster ?? ""]?.segment ?? null,
    ownerOf: (cluster, cause) =>
      (cause === "configuration" ? clusters.clusters[cluster ?? ""]?.owner : undefined) ?? clusters.healthOwner,
    ownerOfCheck: (check) => clusters.checkOwners[check] ?? clusters.healthOwner,
    capabilities: new Map(vendors.map(({ id, capabilities }) => [id, capabilities])),
  };
}

/**
 * What the files of one folder say together.
 *
 * @throws SlipwayError of kind `config` for a lane that names a check nobody knows, for one whose
 *   checks need what nothing expects, for one of which a node it is for has to prove none, and for one that
 *   wants fresh boots of a vendor without power
 */
export function soundFleet(files: FleetFiles, checks: Checks, vendors: readonly Vendor[] = []): Fleet {
  for (const { lane, file } of files.lanes) refuseLane(lane, file, checks, vendors);
  const fleet = fleetOf(files, checks, vendors);
  refuseUnprovable(files, fleet.expectations, checks);
  return fleet;
}

/** Reads a fleet's folder: {@link readFleet}, then {@link soundFleet}. */
export const loadFleet = (folder: string, checks: Checks, vendors: readonly Vendor[] = []): Fleet =>
  soundFleet(readFleet(folder), checks, vendors);

/** Every section an expectations file may have: the shared ones and those that checks declare. */
export function sectionsOf(checks: Checks): SectionSchemas {
  return Object.assign(
    {},
    ...[...checks.values()].map((check) => check.sections),
    expectationSections,
  ) as SectionSchemas;
}

/** The lists of checks of a lane, each with the field that holds it. */
export const listsOf = ({
  checks,
  parts = {},
}: Lane): readonly (readonly [field: string, ids: readonly string[]])[] => [
  ["checks", checks],
  ...Object.entries(parts).map(([part, ids]) => [`parts.${part}`, ids ?? []] as const),
];

/** Every check that a lane names, with the field that names it. */
const asked = (lane: Lane): { readonly field: string; readonly id: string }[] =>
  listsOf(lane).flatMap(([field, ids]) => ids.map((id) => ({ field, id })));

function refuseLane(lane: Lane, file: string, checks: Checks, vendors: readonly Vendor[]): void {
  for (const { field, id } of asked(lane)) {
    if (!checks.has(id))
      throw new SlipwayError("config", `${file}: ${field}: there is no check ${id}`, {
        hint: `known: ${[...checks.keys()].join(", ")}`,
      });
  }
  if (lane.policy.freshBootEvery === 0) return;
  const able = vendors.filter(({ capabilities }) => capabilities.power.length > 0).map(({ id }) => id);
  const powerless = (lane.for.vendor ?? vendors.map(({ id }) => id)).filter((id) => !able.includes(id));
  if (powerless.length > 0)
    throw new SlipwayError(
      "config",
      `${file}: policy.freshBootEvery: ${powerless.join(", ")} declares no power, so no boot can be asked for`,
      {
        hint: `name vendors that declare it under for.vendor: ${able.length === 0 ? "there is none" : able.join(", ")}`,
      },
    );
}

/**
 * Refuses a lane whose checks need an expectation that its nodes do not have, because it would hold every one of them;
 * and a lane of whose checks its nodes have to prove none, because it would prove nothing.
 */
function refuseUnprovable(
  { lanes, clusters: { clusters }, expectations: texts }: FleetFiles,
  expectations: FleetExpectations,
  checks: Checks,
): void {
  for (const { lane, file } of lanes) {
    for (const classes of classesOf(lane, texts)) {
      const { sku = "", cluster } = classes[0] ?? {};
      const nodes = `${sku}${cluster === undefined ? "" : ` in ${cluster}`}`;
      const resolved = classes.map(
        ({ vendor, sku, cluster }) =>
          expectations.resolve({ vendor: clusters[cluster ?? ""]?.vendor ?? vendor, sku, cluster }).expect,
      );
      for (const [field, ids] of listsOf(lane))
        if (resolved.every((expect) => requiredChecks(ids, expect).checks.length === 0))
          throw new SlipwayError("config", `${file}: ${field}: ${nodes} need prove none of ${ids.join(", ")}`, {
            hint: "name one of its `checks` under expectations/, or the SKUs that the lane is for under for.sku",
          });
      for (const { field, id } of asked(lane)) {
        const missing = resolved.map((expect) => missingOf(checks.get(id), expect));
        if (missing.includes(undefined)) continue;
        throw new SlipwayError(
          "config",
          `${file}: ${field}: ${id} needs ${missing.at(-1) ?? ""}, which nothing expects of ${nodes}`,
          { hint: "add it under expectations/, or name the SKUs that the lane is for under for.sku" },
        );
      }
    }
  }
}

/** Expectations that a check needs and no file has for the nodes that have to prove it. */
function missingOf(check: Check | undefined, expect: Expectations): string | undefined {
  if (check === undefined || requiredChecks([check.id], expect).checks.length === 0) return undefined;
  return check.needs(expect).find((key) => !RUNTIME.has(key) && valueAt(expect, key) === undefined);
}

interface NodeClass {
  readonly vendor: string | undefined;
  readonly sku: string;
  readonly cluster: string | undefined;
}

/**
 * The nodes that a lane is for, as far as files know them. One class of each group has to have what
 * checks need: no file says which vendor has a SKU, or which cluster.
 */
export function classesOf({ for: { vendor, sku, cluster } }: Lane, texts: readonly ExpectationText[]): NodeClass[][] {
  const named = (of: ExpectationText["layer"]): string[] =>
    texts.filter(({ layer }) => layer === of).map(({ name }) => name);
  // A lane that names SKUs means them at each vendor and in each cluster that it names.
  const groups = (given: readonly string[] | undefined, others: readonly string[]): (string | undefined)[][] =>
    sku !== undefined && given !== undefined ? given.map((one) => [one]) : [[...(given ?? [undefined, ...others])]];
  const [vendors, places] = [
    groups(vendor, named("vendor")),
    groups(cluster, sku === undefined ? named("cluster") : []),
  ];
  return (sku ?? named("sku")).flatMap((one) =>
    vendors.flatMap((some) =>
      places.map((where) =>
        some.flatMap((of) => where.map((at): NodeClass => ({ vendor: of, sku: one, cluster: at }))),
      ),
    ),
  );
}

/** Facts of a rack or a cluster, which come from sightings and cluster files. */
const RUNTIME = new Set(["imex.members", "ib.rails", "ib.pkey", "imex.domainActive"]);

function valueAt(expect: Expectations, dotted: string): unknown {
  return dotted
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      expect,
    );
}

/** The lanes alone, for choosing a path. */
export const lanesOf = (fleet: Fleet): readonly Lane[] => fleet.lanes.map(({ lane }) => lane);

/** The known lane of a kind for a node. */
export function knownLane(fleet: Fleet, kind: Lane["kind"], subject: LaneSubject): KnownLane | undefined {
  const lane = laneOf(lanesOf(fleet), kind, subject);
  return fleet.lanes.find((known) => known.lane === lane);
}
