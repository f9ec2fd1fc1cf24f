import type { Tx } from "@slipway/store";

/** Locks a shared row, so that transactions that decide about identities run one after the other. */
export async function enterIdentityGate(tx: Tx): Promise<void> {
  const gate = await tx.get("gates", { name: "identity" });
  await tx.upsert("gates", [{ name: "identity", taken: 0, turn: (gate?.turn ?? 0) + 1 }]);
}
