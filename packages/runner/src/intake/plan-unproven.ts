import type { Row, Tx } from "@slipway/store";
import type { RunnerParts } from "../worker/parts.ts";
import { planValidations, type PlanRequest } from "../validation/plan-validations.ts";
import { takeTurn } from "../worker/turn.ts";
import type { Progress } from "./progress.ts";

/** Machines read, and planned, in one transaction. */
const READ = 1_000;
const CHUNK = 200;
/** Spare machines that one look goes over at most; the next goes on behind them. */
const PAGES = 10;

/**
 * Plans a validation for every machine of this vendor's that stands somewhere unproven, and for each
 * in service whose identity changed. Machines that only files speak of wait for `validate`.
 */
export async function planUnproven(parts: RunnerParts, progress: Progress): Promise<number> {
  const { account: adapter } = progress;
  const { moved, last } = await parts.store.transaction((tx) =>
    movedMachines(tx, adapter, progress.at.identity_cursor),
  );
  let planned = await plan(
    parts,
    moved.map(({ id }) => ({ machine: id, trigger: "re-entry" })),
  );
  // Only now, so that a look that ends midway leaves nothing unplanned.
  if (last !== undefined) await takeTurn(parts, (turn) => progress.note(turn, { identity_cursor: last }));
  for (let page = 0; page < PAGES; page += 1) {
    const { spare, requests } = await parts.store.transaction((tx) =>
      spareMachines(tx, adapter, progress.at.plan_cursor),
    );
    planned += await plan(parts, requests);
    const ended = spare.length < READ;
    const next = ended ? 0 : (spare.at(-1)?.id ?? 0);
    if (next !== progress.at.plan_cursor) await takeTurn(parts, (turn) => progress.note(turn, { plan_cursor: next }));
    if (ended) break;
  }
  return planned;
}

async function plan(parts: RunnerParts, requests: readonly PlanRequest[]): Promise<number> {
  let planned = 0;
  for (let from = 0; from < requests.length; from += CHUNK)
    planned += (await planValidations(parts, requests.slice(from, from + CHUNK))).length;
  return planned;
}

/** Machines in service whose identity changed after an event. */
async function movedMachines(
  tx: Tx,
  adapter: string,
  after: number,
): Promise<{ readonly moved: readonly Row<"machines">[]; readonly last: number | undefined }> {
  const changes = await tx.find("identity_events", {
    where: { id: { gt: after }, kind: { in: ["move", "part-swap", "reimage", "rehost", "contradiction"] } },
    orderBy: ["id"],
    limit: READ,
  });
  const moved = await tx.find("machines", {
    where: { id: { in: changes.map(({ machine }) => machine) }, adapter, account: "InPool", merged_into: null },
  });
  return { moved, last: changes.at(-1)?.id };
}

/** Spare machines behind one, and what is to be planned for those that have no open validation. */
async function spareMachines(
  tx: Tx,
  adapter: string,
  after: number,
): Promise<{ readonly spare: readonly Row<"machines">[]; readonly requests: readonly PlanRequest[] }> {
  const spare = await tx.find("machines", {
    where: { adapter, account: "Spare", merged_into: null, id: { gt: after } },
    orderBy: ["id"],
    limit: READ,
  });
  const machine = { in: spare.map(({ id }) => id) };
  const machines = async (rows: Promise<readonly { readonly machine: number }[]>): Promise<ReadonlySet<number>> =>
    new Set((await rows).map((row) => row.machine));
  const columns = ["machine"] as const;
  const open = await machines(
    tx.find("validations", { where: { machine, status: { in: ["queued", "running", "held"] } }, columns }),
  );
  const returned = await machines(tx.find("bans", { where: { machine }, columns }));
  const proven = await machines(tx.find("releases", { where: { machine }, columns }));
  const requests = spare
    .filter(({ id }) => !open.has(id))
    .map(({ id }): PlanRequest => ({
      machine: id,
      trigger: returned.has(id) ? "post-repair" : proven.has(id) ? "re-entry" : "new-hardware",
    }));
  return { spare, requests };
}
