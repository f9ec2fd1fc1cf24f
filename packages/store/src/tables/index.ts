import type { RowOf, Table } from "./columns.ts";
import {
  intents,
  act_queues,
  claims,
  gates,
  audit,
  transition_counts,
  items,
  workers,
  act_deaths,
  evidence_blobs,
  evidence_removals,
  blobs,
  settings,
} from "./control.ts";
import { machines, serials, placements, sightings, claims_of_sources, identity_events, ledger } from "./nodes.ts";
import { conditions, condition_changes, owner_changes, observations, undo_entries } from "./objects.ts";
import { canary_planning, housekeeping } from "./standing.ts";
import { vendor_accounts, vendor_nodes, vendor_events } from "./vendors.ts";
import {
  validations,
  passes,
  results,
  releases,
  bans,
  imported_attempts,
  imported_events,
  canary_nodes,
  builds,
  canary_trials,
} from "./validation.ts";

/** Every table. Both adapters and the test that compares them with the migrated schema read this. */
export const tables = {
  machines,
  serials,
  placements,
  sightings,
  claims_of_sources,
  identity_events,
  ledger,
  vendor_accounts,
  vendor_nodes,
  vendor_events,
  validations,
  passes,
  results,
  releases,
  bans,
  imported_attempts,
  imported_events,
  canary_nodes,
  builds,
  canary_trials,
  canary_planning,
  housekeeping,
  intents,
  conditions,
  condition_changes,
  owner_changes,
  observations,
  undo_entries,
  act_queues,
  claims,
  gates,
  audit,
  transition_counts,
  items,
  workers,
  act_deaths,
  evidence_blobs,
  evidence_removals,
  blobs,
  settings,
} as const;

/** Names that tables had in databases and archives of earlier releases, and their names now. */
export const formerNames: Readonly<Record<string, TableName>> = { vendor_looks: "vendor_accounts" };

export type TableName = keyof typeof tables;
export type Row<K extends TableName> = RowOf<(typeof tables)[K]["columns"]>;
type KeyNames<T> = T extends Table<infer _C, infer Key> ? Key : never;
/** The primary key of a table's row. */
export type KeyOf<K extends TableName> = {
  readonly [Name in KeyNames<(typeof tables)[K]>]: Name extends keyof Row<K> ? Row<K>[Name] : never;
};
