import { formatObject } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { machineName } from "@slipway/policy";
import { inTheNameOf, type Said } from "@slipway/reconciler";
import type { Store, Tx } from "@slipway/store";

/** A machine in a pool of canary nodes. */
export interface CanaryNode {
  readonly machine: number;
  readonly pool: string;
}

/**
 * Names a machine a canary node, in somebody's name.
 *
 * @param named `pool`: machines that stand for each other; the ibkey of its placement, else the cluster, when absent
 * @throws SlipwayError of kind `input` for a machine that is not in service: a canary node is one that was proven
 */
export const addCanaryNode = (
  store: Store,
  { machine, pool: named, ...said }: Said & { readonly machine: number; readonly pool?: string | undefined },
): Promise<CanaryNode> =>
  inTheNameOf(store, said, async (tx, change) => {
    const account = (await tx.get("machines", { id: machine }))?.account;
    const name = machineName(machine);
    if (account !== "InPool")
      throw new SlipwayError(
        "input",
        `${name} is ${account ?? "not known"}: a canary node is one that was proven and is in service`,
      );
    const before = await tx.get("canary_nodes", { machine });
    const pool = named ?? (await poolOf(tx, machine));
    await tx.upsert("canary_nodes", [{ machine, pool, since: change.now, by: said.by, active: true }]);
    const { reason } = said;
    if (before?.active === true) change.audit(poolObject(before.pool), { from: name, to: "none", reason });
    change.audit(poolObject(pool), { from: null, to: name, reason });
    return { machine, pool };
  });

/**
 * Takes a canary node out of its pool, in somebody's name.
 *
 * @throws SlipwayError of kind `input` for a machine that is no canary node
 */
export const removeCanaryNode = (
  store: Store,
  { machine, ...said }: Said & { readonly machine: number },
): Promise<CanaryNode> =>
  inTheNameOf(store, said, async (tx, change) => {
    const set = { key: { machine }, set: { active: false }, when: { active: true } };
    const [removed] = await tx.update("canary_nodes", [set]);
    const row = await tx.get("canary_nodes", { machine });
    if (removed === undefined || row === undefined)
      throw new SlipwayError("input", `${machineName(machine)} is no canary node`);
    change.audit(poolObject(row.pool), { from: machineName(machine), to: "none", reason: said.reason });
    return { machine, pool: row.pool };
  });

const poolObject = (pool: string): string => formatObject({ kind: "canary", id: pool });

async function poolOf(tx: Tx, machine: number): Promise<string> {
  const [placement] = await tx.find("placements", { where: { machine, until_at: null }, limit: 1 });
  return placement?.ibkey ?? placement?.cluster ?? "none";
}
