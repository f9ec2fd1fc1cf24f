import type { Account } from "@slipway/domain";
import type { Store, Tx } from "@slipway/store";

/** Accounts of machines that stand in no service and that nobody took out. */
const UNPROVEN: readonly Account[] = ["Spare", "Validating", "Lost"];

/** The machines of a cluster that are not in service and wait for a validation, by number. */
export const unprovenMachines = (store: Store, cluster: string): Promise<readonly number[]> =>
  store.report(async (tx) => {
    const placements = await tx.find("placements", { where: { cluster, until_at: null }, columns: ["machine"] });
    const machines = await tx.find("machines", {
      where: { id: { in: placements.map(({ machine }) => machine) }, account: { in: UNPROVEN } },
      orderBy: ["id"],
      columns: ["id"],
    });
    return machines.map(({ id }) => id);
  });

/** Names of the nodes that machines are now; a machine that is placed nowhere has none. */
export async function nodeNames(tx: Tx, machines: readonly number[]): Promise<ReadonlyMap<number, string | null>> {
  const placements =
    machines.length === 0
      ? []
      : await tx.find("placements", {
          where: { machine: { in: [...new Set(machines)] }, until_at: null },
          columns: ["machine", "node_name"],
        });
  return new Map(placements.map(({ machine, node_name }) => [machine, node_name]));
}
