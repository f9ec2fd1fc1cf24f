import { knownLane } from "@slipway/fleet";
import { objectOf, standingHeader, type Kind, type KindRef, type Reads } from "@slipway/reconciler";
import type { Row } from "@slipway/store";
import { planIn, type PlanRequest } from "../validation/plan-validations.ts";
import { objectOf as validationOf, type RunnerParts } from "../worker/parts.ts";

type Planning = Row<"canary_planning">;
type Requests = readonly PlanRequest[];

const CANARY_PLANNING: KindRef<Planning> = { name: "canary-planning", table: "canary_planning", textId: true };
/** The one object of the kind. */
const ID = "fleet";
/** Between two looks for canary nodes that have not tried what is staged. */
const EVERY_MS = 60_000;

/**
 * The planning of canary passes as a kind of object, of which there is one: a validation of the fast lane for each
 * canary node in service without one since the newest change was staged. Its pass is judged by the active settings, and
 * besides by each staged change.
 */
export const canaryPlanningKind = (
  parts: Pick<RunnerParts, "fleet" | "judging">,
): Kind<Planning, Requests, Requests> => ({
  ...CANARY_PLANNING,
  standing: (now) => [{ id: ID, ...standingHeader(now) }],
  owner: () => parts.fleet.clusters.healthOwner,
  acts: {},
  async look(reads, rows) {
    const wanted = await untried(reads, parts);
    return new Map(rows.map(({ id }) => [id, wanted]));
  },
  decide: (_planning, wanted) => wanted,
  status: () => [],
  async apply(change, planning, _wanted, requests) {
    const planned = requests.length === 0 ? [] : await planIn(change.tx, parts.fleet, change, requests);
    for (const validation of planned) change.tick(validationOf(validation), validation.priority);
    change.change(CANARY_PLANNING, planning, { due_at: change.now + EVERY_MS });
    return undefined;
  },
  record: () => undefined,
});

/** Has the canary passes planned that what is staged now asks for. */
export const planCanaryPassesNow = ({ queue }: Pick<RunnerParts, "queue">): Promise<void> =>
  queue.send("tick", [{ key: objectOf(CANARY_PLANNING, { id: ID }) }]);

/** Canary nodes in service that no validation was planned for since the newest change was staged. */
async function untried(reads: Reads, { fleet, judging }: Pick<RunnerParts, "fleet" | "judging">): Promise<Requests> {
  const { staged } = await judging();
  if (staged.length === 0) return [];
  const since = Math.max(...staged.map(({ build }) => build.since));
  const nodes = (await reads.find("canary_nodes", { where: { active: true } })).map(({ machine }) => machine);
  const tried = new Set(
    (await reads.find("validations", { where: { machine: { in: nodes }, created_at: { gte: since } } })).map(
      ({ machine }) => machine,
    ),
  );
  const machines = await reads.find("machines", {
    where: { id: { in: nodes.filter((id) => !tried.has(id)) }, account: "InPool" },
  });
  const clusters = new Map(
    (await reads.find("placements", { where: { machine: { in: machines.map(({ id }) => id) }, until_at: null } })).map(
      ({ machine, cluster }) => [machine, cluster],
    ),
  );
  return machines.map(({ id, vendor, sku }) => {
    const cluster = clusters.get(id) ?? null;
    const subject = { vendor, sku, cluster, segment: fleet.segmentOf(cluster) };
    return {
      machine: id,
      trigger: "canary",
      lane: knownLane(fleet, "fast", subject)?.lane.lane,
      reason: "a canary node tries what is staged",
    };
  });
}
