/** What any kind of object has: conditions, owners, observations and undo entries; and of each act its object, class and input. */
export const objects = {
  number: 12,
  name: "objects",
  sql: `
create table conditions (
  "object" text not null, "type" text not null, "status" text not null, "reason" text not null, "message" text not null,
  "observed_generation" bigint not null, "since" timestamptz not null, primary key ("object", "type")
);
create index conditions_reason on conditions ("reason");
create table condition_changes (
  "id" bigint primary key, "since" timestamptz not null, "by" text not null, "object" text not null, "type" text not null,
  "status" text not null, "reason" text not null, "message" text not null, "observed_generation" bigint not null
);
create index condition_changes_object on condition_changes ("object");
create table owner_changes (
  "id" bigint primary key, "since" timestamptz not null, "by" text not null, "object" text not null, "owner" text
);
create index owner_changes_object on owner_changes ("object");
create table observations (
  "subject" text not null, "fact" text not null, "source" text not null, "value" jsonb,
  "observed_at" timestamptz not null, "intent" text, primary key ("subject", "fact", "source")
);
create table undo_entries (
  "object" text not null, "seq" bigint not null, "intent" text not null, "key" text not null,
  "prior" jsonb, "applied" jsonb, "tries" integer not null, "last_error" text, "owner" text,
  "reverted_at" timestamptz, "outcome" text, primary key ("object", "seq")
);
create index undo_entries_intent on undo_entries ("intent");

alter table intents add column "object_kind" text, add column "object_id" text, add column "class" text,
  add column "input" jsonb, add column "reverts" bigint, add column "op_id" text,
  drop column "undo", drop column "reverted_at";
update intents set object_kind = split_part(object, '/', 1), object_id = substr(object, strpos(object, '/') + 1),
  class = case act when 'pass' then 'read' else 'keyed' end, input = before;
alter table intents alter column "object_kind" set not null, alter column "object_id" set not null,
  alter column "class" set not null, alter column "input" set not null;
`,
} as const;
