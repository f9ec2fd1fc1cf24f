import type { Tx } from "@slipway/store";

/** How many machines a share of a cluster is, and at least so many. */
export async function shareOf(tx: Tx, cluster: string, share: number, atLeast: number): Promise<number> {
  const machines = await tx.count("machines", { cluster, merged_into: null });
  return Math.max(atLeast, Math.floor(share * machines));
}
