import type { Row, Store, TableName, Tx } from "@slipway/store";

/** Everything the control plane believes at one moment. */
export type Tables = {
  readonly [
    K in
      | "machines"
      | "validations"
      | "passes"
      | "results"
      | "releases"
      | "bans"
      | "intents"
      | "claims"
      | "ledger"
      | "audit"
      | "identity_events"
      | "placements"
  ]: readonly Row<K>[];
} & { readonly sightings: readonly Pick<Row<"sightings">, "path" | "body">[] };

const WATCHED: ReadonlySet<string> = new Set([
  "machines",
  "validations",
  "passes",
  "results",
  "releases",
  "bans",
  "intents",
  "claims",
  "ledger",
  "audit",
  "placements",
  "sightings",
]);

/** Whether invariants are about what is in a table. */
export const isWatched = (table: TableName): boolean => WATCHED.has(table);

/**
 * Reads it in one transaction.
 *
 * @param settled validations that had ended at the look before: their passes, the acts on their nodes and their audit are left out
 */
export const readTables = (store: Pick<Store, "transaction">, settled: ReadonlySet<number>): Promise<Tables> =>
  store.transaction((tx) => read(tx, settled));

async function read(tx: Tx, settled: ReadonlySet<number>): Promise<Tables> {
  const validations = (await tx.find("validations", { orderBy: ["id"] })).filter(({ id }) => !settled.has(id));
  const ids = { in: validations.map(({ id }) => id) };
  const objects = { in: validations.map(({ id }) => `validation/${String(id)}`) };
  return {
    machines: await tx.find("machines"),
    validations,
    passes: await tx.find("passes", {
      where: { validation: ids },
      orderBy: ["validation", "attempt", "run_index", "try"],
    }),
    results: await tx.find("results", { where: { validation: ids } }),
    releases: await tx.find("releases"),
    bans: await tx.find("bans"),
    intents: [
      ...(await tx.find("intents", { where: { object: objects, act: { in: ["pass", "reboot", "await-boot"] } } })),
      // Of releases and bans, which do not end.
      ...(await tx.find("intents", { where: { act: { in: ["return-to-service", "open-repair"] } } })),
    ],
    claims: await tx.find("claims"),
    ledger: await tx.find("ledger", { orderBy: ["id"] }),
    audit: await tx.find("audit", { where: { object: objects }, orderBy: ["id"] }),
    identity_events: await tx.find("identity_events"),
    placements: await tx.find("placements", { where: { until_at: null } }),
    sightings: await tx.find("sightings", { columns: ["path", "body"] }),
  };
}
