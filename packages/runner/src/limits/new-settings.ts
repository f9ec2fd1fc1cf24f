import type { StepLimit } from "@slipway/policy";
import type { Tx } from "@slipway/store";
import { buildObject, type Build } from "@slipway/fleet";
import { RELEASES } from "@slipway/nodes";
import type { Validation } from "../worker/parts.ts";
import type { Turn } from "../worker/turn.ts";
import { shareOf } from "./share.ts";

const DAY = 86_400_000;
const LOOK_AGAIN_MS = 10 * 60_000;

/**
 * Why a machine is not released now: a setting that it was judged by was promoted within a day, and since then as large a
 * share of its cluster was released as may be before a day has shown what the setting lets through.
 */
export async function releaseLimit(
  { parts, tx, change }: Turn,
  validation: Validation,
): Promise<StepLimit | undefined> {
  const { cluster } = validation;
  if (cluster === null) return undefined;
  const promoted = (await promotedSince(tx, change.now - DAY)).filter((build) => concerns(build, validation));
  const [first] = promoted.toSorted((a, b) => a.since - b.since);
  if (first === undefined) return undefined;
  const here = change.changed(RELEASES).filter((row) => row.cluster === cluster).length;
  const released =
    here + (await tx.count("releases", { cluster, at: { gte: first.since }, entry: { not: "override" } }));
  const limit = await shareOf({ tx, fleet: parts.fleet }, cluster, parts.fleet.clusters.blastRadius.newSettingShare, 1);
  if (released >= limit)
    return {
      code: "TooManyReleases",
      until: Math.min(change.now + LOOK_AGAIN_MS, first.since + DAY + 1),
      reason: `${String(released)} machines of ${cluster} were released since ${first.kind} ${first.name} was promoted, and the limit within a day is ${String(limit)}`,
    };
  await tx.lock([`releases in ${cluster}`]);
  return undefined;
}

/** Active settings that somebody promoted: one that was the first of its name, or was given back, lets nothing new through. */
async function promotedSince(tx: Tx, since: number): Promise<readonly Build[]> {
  const recent = (await tx.find("builds", { where: { state: "active", since: { gt: since } } })).filter(
    (build) => build.first_seen < build.since,
  );
  if (recent.length === 0) return [];
  const told = await tx.find("audit", {
    where: { object: { in: recent.map(buildObject) }, from_state: "staged", to_state: "active" },
    columns: ["object", "at"],
  });
  return recent.filter((build) => told.some(({ object, at }) => object === buildObject(build) && at === build.since));
}

/** Whether a setting is one that a validation's passes go by. */
function concerns({ kind, name }: Build, { checks, first_checks, lane, vendor, sku, cluster }: Validation): boolean {
  switch (kind) {
    case "check":
      return checks.includes(name) || first_checks.includes(name);
    case "lane":
      return lane === name;
    case "image":
      return cluster === name;
    case "expectation":
      return [`vendor/${String(vendor)}`, `sku/${String(sku)}`, `cluster/${String(cluster)}`].includes(name);
  }
}
