import type { Tx } from "@slipway/store";

/** Locks a shared row, so that transactions that decide about identities run one after the other. */
export async function enterIdentityGate(tx: Tx): Promise<void> {
  await tx.lock(["identity"]);
}
