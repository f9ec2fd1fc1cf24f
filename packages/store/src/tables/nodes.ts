import type { Account, FieldName, IdentityEventKind } from "@slipway/domain";
import { bool, int, json, orNull, table, text, texts, time, bigint } from "./columns.ts";

/** A machine: hardware, whatever its name, cluster or vendor id. Never removed; one merged into another says so. */
export const machines = table(
  {
    id: bigint(),
    system_serial: orNull(text()),
    /** As last resolved, in the order of the GPU indices, with repeats. */
    gpu_serials: texts(),
    gpu_uuids: texts(),
    /** Number of the rules of identity by which it was last folded. */
    identity_rules: int(),
    /** Exactly one account at each instant (maintenance.md, ledger). */
    account: text<Account>(),
    account_since: time(),
    vendor: orNull(text()),
    sku: orNull(text()),
    /** By which it is reached, as its sources say; null where none does. */
    adapter: orNull(text()),
    /** Where it stands, as its open placement says: what limits count by. */
    cluster: orNull(text()),
    merged_into: orNull(bigint()),
    created_at: time(),
    generation: int(),
  },
  {
    key: ["id"],
    indexes: [
      ["system_serial"],
      ["account"],
      ["adapter", "account"],
      ["cluster", "account"],
      ["identity_rules"],
      ["sku"],
    ],
  },
);

/** Serials and vendor ids that sightings of a machine had, by which the next sighting finds it. */
export const serials = table(
  {
    kind: text<"system" | "gpu" | "uuid" | "instance">(),
    /** As it is compared: but for instance ids in lower case, without blanks around it. */
    serial: text(),
    machine: bigint(),
    first_seen: time(),
    last_seen: time(),
    current: bool(),
  },
  { key: ["kind", "serial", "machine"], indexes: [["machine"]] },
);

/** Where a machine is or was: a machine at a place is a node. */
export const placements = table(
  {
    id: bigint(),
    machine: bigint(),
    vendor: orNull(text()),
    sku: orNull(text()),
    cluster: orNull(text()),
    node_name: orNull(text()),
    vendor_instance_id: orNull(text()),
    host_id: orNull(text()),
    rack: orNull(text()),
    tray: orNull(text()),
    nvlink_domain: orNull(text()),
    ibkey: orNull(text()),
    from_at: time(),
    until_at: orNull(time()),
  },
  {
    key: ["id"],
    uniqueWhere: [{ columns: ["machine"], where: { until_at: null } }],
    indexes: [["machine"], ["node_name"], ["cluster"]],
  },
);

/** A sighting as its source sent it. Nothing of it changes but the machine it belongs to. */
export const sightings = table(
  {
    id: bigint(),
    source: text(),
    observed_at: time(),
    received_at: time(),
    /** Where it was read: file and row, API path, object name. */
    path: text(),
    body: json<Readonly<Record<string, unknown>>>(),
    /** Of source, observed_at and body: the same sighting twice is one. */
    digest: text(),
    machine: orNull(bigint()),
  },
  { key: ["id"], unique: [["digest"]], indexes: [["machine"]] },
);

/** The newest value of each field by source: what precedence chooses from. Losing values stay. */
export const claims_of_sources = table(
  {
    machine: bigint(),
    source: text(),
    observed_at: time(),
    sighting: bigint(),
    fields:
      json<
        Readonly<
          Partial<
            Record<FieldName, { readonly value: unknown; readonly observedAt: number; readonly sighting: number }>
          >
        >
      >(),
  },
  { key: ["machine", "source"] },
);

/** Every merge, split, move and swap, with the reason in words and what undoing it takes. */
export const identity_events = table(
  {
    id: bigint(),
    at: time(),
    kind: text<IdentityEventKind>(),
    machine: bigint(),
    other: orNull(bigint()),
    sighting: orNull(bigint()),
    why: text(),
    /** What `undo` needs. */
    before: orNull(json<unknown>()),
    undone_by: orNull(bigint()),
  },
  { key: ["id"], indexes: [["machine"], ["other"]] },
);

/** Double entry: one row a move between accounts, citing what caused it. */
export const ledger = table(
  {
    id: bigint(),
    at: time(),
    machine: bigint(),
    from_account: orNull(text<Account>()),
    to_account: text<Account>(),
    cause: text(),
  },
  { key: ["id"], indexes: [["machine"]] },
);
