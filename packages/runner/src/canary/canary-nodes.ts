import type { Probe } from "@slipway/plugin-sdk";
import { laneMatches, requiredChecks, type LaneSubject } from "@slipway/policy";
import { knownLane } from "@slipway/fleet";
import type { RunnerParts } from "../validation/parts.ts";
import type { JudgingSet } from "@slipway/fleet";
import { planValidations } from "../validation/plan-validations.ts";
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

/**
 * Plans a validation of the fast lane for each canary node without a pass since the newest change was staged. Its
 * pass is judged by the active settings, and besides by each staged change.
 *
 * @returns how many were planned
 */
export async function planCanaryPasses(parts: RunnerParts): Promise<number> {
  const { staged } = await parts.judging();
  if (staged.length === 0) return 0;
  const since = Math.max(...staged.map(({ build }) => build.since));
  const wanted = await parts.store.transaction(async (tx) => {
    const nodes = (await tx.find("canary_nodes", { where: { active: true } })).map(({ machine }) => machine);
    const tried = new Set(
      (await tx.find("validations", { where: { machine: { in: nodes }, created_at: { gte: since } } })).map(
        ({ machine }) => machine,
      ),
    );
    const machines = await tx.find("machines", {
      where: { id: { in: nodes.filter((id) => !tried.has(id)) }, account: "InPool" },
    });
    const clusters = new Map(
      (await tx.find("placements", { where: { machine: { in: machines.map(({ id }) => id) }, until_at: null } })).map(
        ({ machine, cluster }) => [machine, cluster],
      ),
    );
    return machines.map(({ id, vendor, sku }) => ({
      id,
      subject: {
        vendor,
        sku,
        cluster: clusters.get(id) ?? null,
        segment: parts.fleet.segmentOf(clusters.get(id) ?? null),
      },
    }));
  });
  const planned = await planValidations(
    parts,
    wanted.map(({ id, subject }) => ({
      machine: id,
      trigger: "canary" as const,
      lane: knownLane(parts.fleet, "fast", subject)?.lane.lane,
      reason: "a canary node tries what is staged",
    })),
  );
  return planned.length;
}
