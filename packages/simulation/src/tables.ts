import type { Row, Store, Tx } from "@slipway/store";

/** Everything the control plane believes at one moment. */
export type Tables = { readonly [K in "machines" | "validations" | "passes" | "results" | "releases" | "bans" | "intents" | "claims" | "ledger" | "audit" | "identity_events"]: readonly Row<K>[] };

/** Reads it in one transaction. */
export const readTables = (store: Pick<Store, "transaction">): Promise<Tables> => store.transaction(read);

async function read(tx: Tx): Promise<Tables> {
  return {
    machines: await tx.find("machines", { orderBy: ["id"] }),
    validations: await tx.find("validations", { orderBy: ["id"] }),
    passes: await tx.find("passes", { orderBy: ["validation", "attempt", "run_index", "try"] }),
    results: await tx.find("results"),
    releases: await tx.find("releases", { orderBy: ["id"] }),
    bans: await tx.find("bans", { orderBy: ["id"] }),
    intents: await tx.find("intents"),
    claims: await tx.find("claims"),
    ledger: await tx.find("ledger", { orderBy: ["id"] }),
    audit: await tx.find("audit", { orderBy: ["id"] }),
    identity_events: await tx.find("identity_events", { orderBy: ["id"] }),
  };
}
