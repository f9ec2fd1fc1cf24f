import type { Probe } from "@slipway/plugin-sdk";
import { laneMatches, requiredChecks, type LaneSubject } from "@slipway/policy";
import type { RunnerParts } from "../worker/parts.ts";
import type { JudgingSet } from "@slipway/fleet";
import { positiveTrial, type CanaryPass, type TrialRow } from "@slipway/fleet";
import type { StagedChange, World } from "@slipway/fleet";

/** The trials of staged changes on a canary node's pass. */
export async function trialsOf(
  { judging, fleet, reader }: { readonly judging: JudgingSet } & Pick<RunnerParts, "fleet" | "reader">,
  pass: CanaryPass,
  now: number,
): Promise<readonly TrialRow[]> {
  const trying = { active: { ...judging, fleet }, reader, now };
  const rows = await Promise.all(judging.staged.map((change) => positiveTrial(change, trying, pass)));
  return rows.filter((row) => row !== undefined);
}

/**
 * Probes that only staged changes need. They run only on canary nodes; a probe that the active and a staged check
 * both declare runs as the active check declares it.
 *
 * @param named checks that the pass's lane names @param active probes of those that the node has to prove
 */
export function probesOnTrial(
  staged: readonly StagedChange[],
  subject: LaneSubject,
  named: readonly string[],
  active: readonly Probe[],
): readonly Probe[] {
  const known = new Set(active.map(({ id }) => id));
  const probes = staged.flatMap(({ build, world }) => {
    if (world === undefined) return [];
    const ids = checksOnTrial(build, world, subject, named);
    return ids.flatMap((id) => world.checks.get(id)?.probes.map(({ probe }) => probe) ?? []);
  });
  return [...new Map(probes.filter(({ id }) => !known.has(id)).map((probe) => [probe.id, probe])).values()];
}

/** Checks that a node's pass may need for a staged change. */
function checksOnTrial(
  build: StagedChange["build"],
  { fleet }: World,
  subject: LaneSubject,
  named: readonly string[],
): readonly string[] {
  const { vendor, sku, cluster } = subject;
  const required = (ids: readonly string[]): readonly string[] =>
    requiredChecks(ids, fleet.expectations.resolve({ vendor, sku, cluster }).expect).checks;
  switch (build.kind) {
    case "check":
      return [build.name];
    case "lane": {
      const known = fleet.lanes.find(({ lane }) => lane.lane === build.name);
      return known !== undefined && laneMatches(known.lane, subject) ? required(known.lane.checks) : [];
    }
    case "expectation":
      return required(named);
    case "image":
      return [];
  }
}
