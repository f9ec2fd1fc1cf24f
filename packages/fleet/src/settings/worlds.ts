import type { Checks, ExpectationText } from "@slipway/evidence";
import { SlipwayError, type Check, type Vendor } from "@slipway/plugin-sdk";
import { Lane, type Clusters } from "@slipway/policy";
import { digestOf, fleetOf, soundFleet, type Fleet, type FleetFiles } from "../files/fleet.ts";
import type { Build } from "./settings.ts";

/** A world: everything besides the evidence that a verdict depends on. */
export interface World {
  readonly checks: Checks;
  /** Content hash of each check's build. */
  readonly digests: Readonly<Record<string, string>>;
  readonly fleet: Fleet;
}

/** A staged setting, and the active world with only that changed. */
export interface StagedChange {
  readonly build: Build;
  /** Undefined when it does not fit the active settings. */
  readonly world: World | undefined;
  readonly problem: string | undefined;
}

/** What worlds are built from. */
export interface WorldParts {
  /** This checkout's files: what they say of a setting holds where its content is the active one. */
  readonly files: FleetFiles;
  readonly vendors: readonly Vendor[];
  /** @throws SlipwayError of kind `config` for a build that cannot be found */
  readonly loadCheck: (name: string, digest: string) => Promise<Check>;
}

/** The world of the active settings, which stay active until they are replaced, also where a newer rule would refuse them. */
export async function activeWorld(parts: WorldParts, builds: readonly Build[]): Promise<World> {
  const active = builds.filter(({ state }) => state === "active");
  const checks = new Map<string, Check>();
  for (const { kind, name, digest } of active)
    if (kind === "check") checks.set(name, await parts.loadCheck(name, digest));
  const digests = Object.fromEntries(
    active.filter(({ kind }) => kind === "check").map(({ name, digest }) => [name, digest]),
  );
  return { checks, digests, fleet: fleetOf(filesOf(parts.files, active), checks, parts.vendors) };
}

/** One world for each staged setting: canary nodes are judged by each of them beside the active one. */
export function stagedChanges(
  parts: WorldParts,
  builds: readonly Build[],
  { checks, digests }: World,
): Promise<readonly StagedChange[]> {
  const active = builds.filter(({ state }) => state === "active");
  const sound = isSound(parts, filesOf(parts.files, active), checks);
  return Promise.all(
    builds
      .filter(({ state }) => state === "staged")
      .map(async (build): Promise<StagedChange> => {
        try {
          const own =
            build.kind === "check"
              ? new Map([...checks, [build.name, await parts.loadCheck(build.name, build.digest)]])
              : checks;
          const settings = [...active.filter(({ kind, name }) => kind !== build.kind || name !== build.name), build];
          const files = filesOf(parts.files, settings);
          // A problem that the active settings have already is not the change's: it may be part of the correction.
          return {
            build,
            world: {
              checks: own,
              digests: build.kind === "check" ? { ...digests, [build.name]: build.digest } : digests,
              fleet: sound ? soundFleet(files, own, parts.vendors) : fleetOf(files, own, parts.vendors),
            },
            problem: undefined,
          };
        } catch (error) {
          if (!SlipwayError.is(error)) throw error;
          return { build, world: undefined, problem: error.message };
        }
      }),
  );
}

function isSound({ vendors }: WorldParts, files: FleetFiles, checks: Checks): boolean {
  try {
    soundFleet(files, checks, vendors);
    return true;
  } catch (error) {
    if (SlipwayError.is(error)) return false;
    throw error;
  }
}

/** A fleet's files with the contents of these settings; where the checkout has the same content, its own file. */
function filesOf(files: FleetFiles, settings: readonly Build[]): FleetFiles {
  const present = settings.filter(({ body }) => body !== null);
  const lanes = present
    .filter(({ kind }) => kind === "lane")
    .map(
      ({ name, digest, body }) =>
        files.lanes.find(({ lane }) => digestOf(JSON.stringify(lane)) === digest) ?? {
          lane: Lane.parse(JSON.parse(body ?? "")),
          file: `lane ${name} (${digest.slice(0, 12)})`,
        },
    );
  const expectations = present
    .filter(({ kind }) => kind === "expectation")
    .map(({ name, digest, body }): ExpectationText => {
      const [layer, ...rest] = name.split("/");
      return {
        layer: layer as ExpectationText["layer"],
        name: rest.join("/"),
        path: `expectations/${name} (${digest.slice(0, 12)})`,
        text: body ?? "",
      };
    });
  const images = new Map(
    present.filter(({ kind }) => kind === "image").map(({ name, body }) => [name, JSON.parse(body ?? "") as string]),
  );
  return { ...files, lanes, expectations, clusters: withImages(files.clusters, images) };
}

const withImages = (clusters: Clusters, images: ReadonlyMap<string, string>): Clusters => ({
  ...clusters,
  clusters: Object.fromEntries(
    Object.entries(clusters.clusters).map(([name, cluster]) => [name, { ...cluster, image: images.get(name) }]),
  ),
});
