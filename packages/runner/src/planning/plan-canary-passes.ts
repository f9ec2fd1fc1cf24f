import { knownLane } from "@slipway/fleet";
import type { RunnerParts } from "../worker/parts.ts";
import { planValidations } from "../validation/plan-validations.ts";

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
