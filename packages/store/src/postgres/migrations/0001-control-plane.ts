/** The control plane's first schema: nodes, validations, evidence, audit. */
export const controlPlane = {
  number: 1,
  name: "control-plane",
  sql: `
create sequence slipway_object_ids;
create sequence slipway_event_ids;

create table claims_of_sources (
  "machine" bigint not null, "source" text not null, "observed_at" timestamptz not null, "sighting" bigint not null,
  "fields" jsonb not null,
  primary key ("machine", "source")
);

create table identity_events (
  "id" bigint not null, "at" timestamptz not null, "kind" text not null, "machine" bigint not null, "other" bigint,
  "sighting" bigint, "why" text not null, "before" jsonb, "undone_by" bigint,
  primary key ("id")
);
create index identity_events_machine on identity_events ("machine");
create index identity_events_other on identity_events ("other");

create table ledger (
  "id" bigint not null, "at" timestamptz not null, "machine" bigint not null, "from_account" text,
  "to_account" text not null, "cause" text not null,
  primary key ("id")
);
create index ledger_machine on ledger ("machine");

create table machines (
  "id" bigint not null, "system_serial" text, "gpu_serials" text[] not null, "account" text not null,
  "account_since" timestamptz not null, "vendor" text, "sku" text, "merged_into" bigint,
  "created_at" timestamptz not null, "generation" integer not null,
  primary key ("id")
);
create index machines_system_serial on machines ("system_serial");
create index machines_account on machines ("account");

create table placements (
  "id" bigint not null, "machine" bigint not null, "vendor" text, "sku" text, "cluster" text, "node_name" text,
  "vendor_instance_id" text, "host_id" text, "rack" text, "tray" text, "nvlink_domain" text, "ibkey" text,
  "from_at" timestamptz not null, "until_at" timestamptz,
  primary key ("id")
);
create index placements_machine on placements ("machine");
create index placements_node_name on placements ("node_name");
create index placements_cluster on placements ("cluster");

create table serials (
  "kind" text not null, "serial" text not null, "machine" bigint not null, "first_seen" timestamptz not null,
  "last_seen" timestamptz not null, "current" boolean not null,
  primary key ("kind", "serial", "machine")
);
create index serials_machine on serials ("machine");

create table sightings (
  "id" bigint not null, "source" text not null, "observed_at" timestamptz not null,
  "received_at" timestamptz not null, "path" text not null, "body" jsonb not null, "digest" text not null,
  "machine" bigint,
  primary key ("id")
);
create unique index sightings_digest_unique on sightings ("digest");
create index sightings_machine on sightings ("machine");

create table bans (
  "id" bigint not null, "revision" integer not null, "machine" bigint not null, "node" text not null, "cluster" text,
  "vendor" text, "sku" text, "segment" text, "at" timestamptz not null, "cause" text not null,
  "attribution" jsonb not null, "owner" text not null, "reason" text not null, "by" text not null,
  "source" text not null, "external_id" text, "validation" bigint, "release" bigint, "lifted_at" timestamptz,
  "lifted_by" text, "lift_reason" text,
  primary key ("id")
);
create unique index bans_source_external_id_unique on bans ("source", "external_id");
create index bans_machine on bans ("machine");
create index bans_at on bans ("at");

create table builds (
  "kind" text not null, "name" text not null, "digest" text not null, "version" text not null, "state" text not null,
  "body" text, "first_seen" timestamptz not null, "since" timestamptz not null, "why" text not null,
  primary key ("kind", "name", "digest")
);
create index builds_kind_name on builds ("kind", "name");
create index builds_state on builds ("state");

create table canary_nodes (
  "machine" bigint not null, "pool" text not null, "since" timestamptz not null, "by" text not null,
  "active" boolean not null,
  primary key ("machine")
);
create index canary_nodes_pool on canary_nodes ("pool");

create table canary_trials (
  "id" bigint not null, "kind" text not null, "name" text not null, "digest" text not null, "control" text not null,
  "machine" bigint, "subject" text not null, "active_verdict" text, "staged_verdict" text not null,
  "good" boolean not null, "why" text not null, "at" timestamptz not null,
  primary key ("id")
);
create index canary_trials_kind_name_digest on canary_trials ("kind", "name", "digest");

create table imported_attempts (
  "attempt_id" text not null, "machine" bigint, "serial" text, "body" jsonb not null, "runs" jsonb not null,
  primary key ("attempt_id")
);
create index imported_attempts_machine on imported_attempts ("machine");

create table imported_events (
  "event_id" text not null, "revision" integer not null, "event_type" text not null, "machine" bigint, "serial" text,
  "at" timestamptz not null, "body" jsonb not null,
  primary key ("event_id", "revision")
);
create index imported_events_machine on imported_events ("machine");
create index imported_events_serial on imported_events ("serial");

create table passes (
  "validation" bigint not null, "attempt" integer not null, "run_index" integer not null, "try" integer not null,
  "kind" text not null, "machine" bigint not null, "node" text not null, "cluster" text, "verdict" text not null,
  "failed_checks" text[] not null, "boot_id" text, "system_serial" text, "gpu_serials" text[] not null,
  "started_at" timestamptz not null, "finished_at" timestamptz not null, "node_hours" double precision not null,
  "judged_by" jsonb not null, "evidence" jsonb not null,
  primary key ("validation", "attempt", "run_index", "try")
);
create index passes_machine on passes ("machine");

create table releases (
  "id" bigint not null, "validation" bigint, "machine" bigint not null, "node" text not null, "cluster" text,
  "vendor" text, "sku" text, "segment" text, "entry" text not null, "at" timestamptz not null,
  "decided_by" text not null, "record" jsonb not null,
  primary key ("id")
);
create unique index releases_validation_unique on releases ("validation");
create index releases_machine on releases ("machine");

create table results (
  "validation" bigint not null, "attempt" integer not null, "run_index" integer not null, "try" integer not null,
  "check" text not null, "version" text not null, "verdict" text not null, "findings" jsonb,
  primary key ("validation", "attempt", "run_index", "try", "check")
);

create table validations (
  "id" bigint not null, "machine" bigint not null, "node" text not null, "address" jsonb, "adapter" text not null,
  "vendor" text, "sku" text, "cluster" text, "rack" text, "segment" text, "trigger" text not null,
  "lane" text not null, "lane_digest" text not null, "lane_reason" text not null, "checks" text[] not null,
  "first_checks" text[] not null, "passes_required" integer not null, "passes_done" integer not null,
  "policy" jsonb not null, "attempt" integer not null, "run_index" integer not null, "tries" integer not null,
  "status" text not null, "reason" text not null, "owner" text, "priority" integer not null, "coin" jsonb,
  "keeps_running" boolean not null, "acting" text, "due_at" timestamptz, "failures" integer not null,
  "created_at" timestamptz not null, "started_at" timestamptz, "finished_at" timestamptz,
  "generation" bigint not null,
  primary key ("id")
);
create index validations_machine on validations ("machine");
create index validations_status on validations ("status");
create index validations_due_at on validations ("due_at") where due_at is not null;
create index validations_cluster on validations ("cluster");

create table audit (
  "id" bigint not null, "at" timestamptz not null, "actor" text not null, "object" text not null, "from_state" text,
  "to_state" text not null, "reason" text not null, "detail" jsonb,
  primary key ("id")
);
create index audit_object on audit ("object");

create table blobs (
  "digest" text not null, "content" bytea not null, "written_at" timestamptz not null,
  primary key ("digest")
);

create table claims (
  "machine" bigint not null, "holder" text, "fence" bigint not null, "at" timestamptz not null,
  primary key ("machine")
);

create table evidence_blobs (
  "digest" text not null, "size" bigint not null, "stored_at" timestamptz not null, "keep_until" timestamptz,
  "expired_at" timestamptz,
  primary key ("digest")
);
create index evidence_blobs_keep_until on evidence_blobs ("keep_until");

create table gates (
  "name" text not null, "taken" integer not null, "turn" bigint not null,
  primary key ("name")
);

create table intents (
  "key" text not null, "object" text not null, "act" text not null, "machine" bigint, "fence" bigint not null,
  "before" jsonb not null, "written_at" timestamptz not null, "outcome" text, "outcome_at" timestamptz, "undo" jsonb,
  "reverted_at" timestamptz,
  primary key ("key")
);
create index intents_object on intents ("object");
create index intents_outcome on intents ("outcome") where outcome is null;

create table items (
  "id" bigint not null, "kind" text not null, "subject" text not null, "owner" text not null, "title" text not null,
  "detail" jsonb not null, "opened_at" timestamptz not null, "closed_at" timestamptz,
  primary key ("id")
);
create index items_kind_subject on items ("kind", "subject");

create table settings (
  "name" text not null, "value" jsonb not null,
  primary key ("name")
);

create table workers (
  "id" text not null, "host" text not null, "pid" integer not null, "release" text not null,
  "started_at" timestamptz not null, "beat_at" timestamptz not null,
  primary key ("id")
);
`,
} as const;
