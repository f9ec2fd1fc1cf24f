import type { ReleaseRecord, Trigger } from "@slipway/domain";
import {
  canaryCoin,
  choosePath,
  keepsRunning,
  type MachineState,
  type PathFacts,
  type Precedence,
} from "@slipway/policy";
import type { Row, Tx } from "@slipway/store";
import { BY_HAND } from "../bans/insert-ban.ts";
import { lanesOf, type Fleet } from "@slipway/fleet";
import { recordOf } from "../release/record.ts";
import { looseFields, type LooseFields } from "../worker/node-facts.ts";
import { bansOf, importedEvents } from "./imported-events.ts";
import { objectOf, type RunnerParts, type Validation } from "../worker/parts.ts";
import { ChangeSet } from "@slipway/reconciler";
import { VALIDATIONS } from "../worker/turn.ts";

export interface PlanRequest {
  readonly machine: number;
  readonly trigger: Trigger;
  /** Instead of what the machine's history says: a lane by name, for a person who gives a reason. */
  readonly lane?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Plans validations: decides each machine's lane by its identity and history, draws the canary
 * arm, and queues it. A machine with an open validation keeps that one.
 *
 * @returns the open validation of each machine asked for, new or not; none for a machine that has no
 *   place, that no lane is for, or that somebody banned by hand: only lifting that ban gives it back
 */
export async function planValidations(
  parts: Pick<RunnerParts, "store" | "fleet" | "queue" | "worker">,
  requests: readonly PlanRequest[],
): Promise<readonly Validation[]> {
  const validations = await parts.store.transaction(async (tx) => {
    const change = new ChangeSet(await tx.now(), parts.worker.id, tx);
    const planned = await planIn(tx, parts.fleet, change, requests);
    await change.flush(tx, parts);
    return planned;
  });
  await parts.queue.send(
    "tick",
    validations.map((validation) => ({ key: objectOf(validation), priority: validation.priority })),
  );
  return validations;
}

/** Plans validations as {@link planValidations} does, in a transaction that is under way. */
export async function planIn(
  tx: Tx,
  fleet: Fleet,
  change: ChangeSet,
  requests: readonly PlanRequest[],
): Promise<readonly Validation[]> {
  const ids = requests.map(({ machine }) => machine);
  const machines = new Map((await tx.find("machines", { where: { id: { in: ids } } })).map((row) => [row.id, row]));
  const open = new Map(
    (await tx.find("validations", { where: { machine: { in: ids } } }))
      .filter(({ status }) => ["queued", "running", "held"].includes(status))
      .map((row) => [row.machine, row]),
  );
  const history = await historyOf(tx, ids, fleet.precedence);
  const keptOut = new Set(
    (await tx.find("bans", { where: { machine: { in: ids }, source: BY_HAND, lifted_at: null } })).map(
      ({ machine }) => machine,
    ),
  );
  // Written, so that two planners never both queue one machine.
  const claims = new Map(
    (await tx.find("claims", { where: { machine: { in: ids } } })).map((row) => [row.machine, row]),
  );
  const numbers = await tx.nextIds("object", requests.length);
  const planned: Validation[] = [];
  for (const [index, request] of requests.entries()) {
    const machine = machines.get(request.machine);
    const placement = history.placements.get(request.machine);
    const existing = open.get(request.machine);
    if (existing !== undefined) planned.push(existing);
    if (
      existing !== undefined ||
      machine === undefined ||
      (placement?.node_name ?? null) === null ||
      placement === undefined ||
      machine.merged_into !== null ||
      keptOut.has(machine.id)
    )
      continue;
    const row = newValidation({ fleet, now: change.now, machine, placement, history }, numbers[index] ?? 0, request);
    if (row === undefined) continue;
    open.set(machine.id, row);
    planned.push(row);
    change.hold(claims.get(machine.id), machine.id);
    change.create(VALIDATIONS, row, {
      reason: `${row.lane}: ${row.lane_reason}`,
      detail: { trigger: row.trigger },
    });
  }
  return planned;
}

interface History {
  readonly placements: ReadonlyMap<number, Row<"placements">>;
  readonly loose: ReadonlyMap<number, LooseFields>;
  readonly healthy: ReadonlyMap<number, MachineState & { readonly at: number }>;
  readonly bans: ReadonlyMap<number, Pick<Row<"bans">, "at" | "cause" | "attribution">>;
  /** When each was last let in by the canary arm. */
  readonly drawn: ReadonlyMap<number, number>;
  readonly repaired: ReadonlyMap<number, number>;
  readonly doubted: ReadonlySet<number>;
}

async function historyOf(tx: Tx, machines: readonly number[], precedence: Precedence): Promise<History> {
  const where = { machine: { in: machines } };
  const last = <T extends { readonly machine: number | null }>(rows: readonly T[]): Map<number, T> =>
    new Map(rows.map((row) => [row.machine ?? 0, row]));
  const releases = await tx.find("releases", { where, orderBy: ["at", "id"] });
  const imported = await importedEvents(tx, machines);
  const healthy = new Map<number, MachineState & { at: number }>();
  for (const [machine, { at, body }] of last(imported.filter(({ event_type }) => event_type === "admit"))) {
    const known = body as { readonly cluster_id?: string; readonly gpu_serials?: readonly string[] };
    healthy.set(machine, {
      at,
      cluster: known.cluster_id ?? null,
      ibkey: null,
      image: null,
      firmware: null,
      systemSerial: null,
      gpuSerials: known.gpu_serials ?? [],
      gpuUuids: [],
    });
  }
  // A machine that was admitted by the canary arm or an override was not proven.
  for (const [machine, row] of last(releases.filter(({ entry }) => entry !== "canary" && entry !== "override"))) {
    const { at, cluster } = row;
    if ((healthy.get(machine)?.at ?? 0) <= at) healthy.set(machine, { ...stateOf(recordOf(row)), at, cluster });
  }
  const moves = await tx.find("ledger", { where, orderBy: ["at", "id"] });
  const doubts = await tx.find("identity_events", {
    where: { ...where, kind: { in: ["contradiction", "duplicate-serial"] }, undone_by: null },
  });
  return {
    placements: last(await tx.find("placements", { where: { ...where, until_at: null } })),
    loose: await looseFields(tx, machines, precedence),
    healthy,
    bans: last([...bansOf(imported), ...(await tx.find("bans", { where }))].sort((a, b) => a.at - b.at)),
    drawn: new Map(releases.filter(({ entry }) => entry === "canary").map(({ machine, at }) => [machine, at])),
    repaired: new Map(
      moves
        .filter(({ to_account }) => to_account === "OFR" || to_account === "RMA")
        .map(({ machine, at }) => [machine, at]),
    ),
    doubted: new Set(doubts.map(({ machine }) => machine)),
  };
}

/** How a machine was when it was let in, where that decides its next lane. */
const stateOf = ({
  ibkey,
  image,
  firmware,
  systemSerial,
  gpuSerials,
  gpuUuids,
}: ReleaseRecord): Omit<MachineState, "cluster"> => ({ ibkey, image, firmware, systemSerial, gpuSerials, gpuUuids });

/** What is known of a machine that a validation is planned for. */
interface Planned {
  readonly fleet: Fleet;
  readonly now: number;
  readonly machine: Row<"machines">;
  readonly placement: Row<"placements">;
  readonly history: History;
}

function newValidation(planned: Planned, id: number, request: PlanRequest): Validation | undefined {
  const { fleet, now, machine, placement, history } = planned;
  const { cluster, rack } = placement;
  const [vendor, sku] = [placement.vendor ?? machine.vendor, placement.sku ?? machine.sku];
  const segment = fleet.segmentOf(cluster);
  const subject = { vendor, sku, cluster, segment };
  const facts = pathFacts(planned, subject);
  const named = fleet.lanes.find(({ lane }) => lane.lane === request.lane)?.lane;
  const path =
    named === undefined
      ? choosePath(facts, lanesOf(fleet))
      : { lane: named, checks: named.checks, reason: request.reason ?? "asked for by name" };
  const known = fleet.lanes.find(({ lane }) => lane === path?.lane);
  if (path === undefined || known === undefined) return undefined;
  const { lane } = path;
  const loose = history.loose.get(machine.id);
  const seed = `validation/${String(id)}`;
  return {
    id,
    machine: machine.id,
    node: placement.node_name ?? "",
    address: loose?.address ?? null,
    adapter: loose?.adapter ?? "ssh",
    vendor,
    sku,
    cluster,
    rack,
    segment,
    trigger: request.trigger,
    lane: lane.lane,
    lane_digest: known.digest,
    lane_reason: path.reason,
    checks: path.checks,
    first_checks: path.checks === lane.checks ? [] : [...new Set([...lane.checks, ...path.checks])],
    passes_required: lane.passes,
    passes_done: 0,
    policy: lane.policy,
    attempt: 1,
    run_index: 1,
    tries: 0,
    status: "queued",
    reason_code: "Queued",
    reason: path.reason,
    owner: fleet.ownerOf(cluster, "hardware"),
    priority: lane.priority,
    coin: canaryCoin(lane, segment, seed),
    keeps_running: keepsRunning(lane.policy.keepRunning, seed),
    from_service: false,
    acting: null,
    due_at: now,
    failures: 0,
    last_error: null,
    created_at: now,
    started_at: null,
    finished_at: null,
    revision: 1,
    spec_generation: 1,
  };
}

function pathFacts({ now, machine, placement, history }: Planned, subject: PathFacts["subject"]): PathFacts {
  const lastHealthy = history.healthy.get(machine.id) ?? null;
  const ban = history.bans.get(machine.id);
  const repaired = history.repaired.get(machine.id);
  const since = lastHealthy?.at ?? -1;
  const loose = history.loose.get(machine.id);
  const checks = [...new Set(ban?.attribution.findings.map(({ check }) => check))];
  const setback: PathFacts["setback"] =
    repaired !== undefined && repaired >= since
      ? { kind: "repair", causes: ban === undefined ? [] : [ban.cause], checks: [] }
      : ban !== undefined && ban.at >= since
        ? { kind: "ban", causes: [ban.cause], checks }
        : (history.drawn.get(machine.id) ?? -Infinity) >= since
          ? { kind: "canary", causes: [], checks: [] }
          : null;
  return {
    now,
    subject,
    identity: history.doubted.has(machine.id)
      ? "contradictory"
      : machine.system_serial === null && machine.gpu_serials.length + machine.gpu_uuids.length === 0
        ? "incomplete"
        : "certain",
    lastHealthy,
    current: {
      cluster: placement.cluster,
      ibkey: placement.ibkey,
      image: loose?.image ?? null,
      firmware: loose?.firmware ?? null,
      systemSerial: machine.system_serial,
      gpuSerials: machine.gpu_serials,
      gpuUuids: machine.gpu_uuids,
    },
    setback,
  };
}
