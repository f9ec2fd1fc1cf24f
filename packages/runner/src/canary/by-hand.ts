import { SlipwayError } from "@slipway/plugin-sdk";
import { machineName } from "@slipway/policy";
import type { Store } from "@slipway/store";

/**
 * Names a machine a canary node, in somebody's name.
 *
 * @throws SlipwayError of kind `input` for a machine that is not in service: a canary node is one that was proven
 */
export const addCanaryNode = (
  store: Store,
  { machine, pool, by }: { readonly machine: number; readonly pool: string; readonly by: string },
): Promise<void> =>
  store.transaction(async (tx) => {
    const account = (await tx.get("machines", { id: machine }))?.account;
    if (account !== "InPool")
      throw new SlipwayError(
        "input",
        `${machineName(machine)} is ${account ?? "not known"}: a canary node is one that was proven and is in service`,
      );
    await tx.upsert("canary_nodes", [{ machine, pool, since: await tx.now(), by, active: true }]);
  });

/** @throws SlipwayError of kind `input` for a machine that is no canary node */
export const removeCanaryNode = (store: Store, machine: number): Promise<void> =>
  store.transaction(async (tx) => {
    const change = { key: { machine }, set: { active: false }, when: { active: true } };
    if ((await tx.update("canary_nodes", [change])).length === 0)
      throw new SlipwayError("input", `${machineName(machine)} is no canary node`);
  });
