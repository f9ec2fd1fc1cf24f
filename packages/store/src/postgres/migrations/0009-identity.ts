/** UUIDs of GPUs beside their serials; machines that wait to be folded by the rules of identity of this release. */
export const identity = {
  number: 9,
  name: "identity",
  sql: `
alter table machines add column "gpu_uuids" text[] not null default '{}', add column "identity_rules" integer not null default 0;
alter table machines alter column "gpu_uuids" drop default, alter column "identity_rules" drop default;
create index machines_identity_rules on machines ("identity_rules");
alter table passes add column "gpu_uuids" text[] not null default '{}';
alter table passes alter column "gpu_uuids" drop default;
`,
} as const;
