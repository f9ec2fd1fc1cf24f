/** What each worker has in hand, and of which acts workers died. */
export const hands = {
  number: 10,
  name: "hands",
  sql: `
alter table workers add column "hand" text[] not null default '{}', add column "alone" boolean not null default false;
create table act_deaths (
  "key" text not null, "worker" text not null, "at" timestamptz not null, "alone" boolean not null,
  primary key ("key", "worker")
);
create index act_deaths_at on act_deaths ("at");
`,
} as const;
