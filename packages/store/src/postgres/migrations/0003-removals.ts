/** Lists of evidence that a clean-up did not dare to remove, and bytes that are put aside before they go. */
export const removals = {
  number: 3,
  name: "removals",
  sql: `
create table evidence_removals (
  "item" bigint not null, "digest" text not null,
  primary key ("item", "digest")
);
alter table blobs add column "removed_at" timestamptz;
create index blobs_removed_at on blobs ("removed_at") where "removed_at" is not null;
`,
} as const;
