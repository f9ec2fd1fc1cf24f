/** Objects that are always there: the planning of canary passes, and the clean-up of evidence, which goes by its own row. */
export const standing = {
  number: 16,
  name: "standing",
  sql: `
create table canary_planning (
  "id" text primary key, "spec_generation" bigint not null, "revision" bigint not null, "status" text not null,
  "reason_code" text not null, "reason" text not null, "owner" text, "acting" text, "due_at" timestamptz,
  "failures" integer not null, "last_error" text, "finished_at" timestamptz, "priority" integer not null
);
create table housekeeping (
  like canary_planning including all, "tidied_at" timestamptz
);
delete from settings where name = 'tidied';
`,
} as const;
