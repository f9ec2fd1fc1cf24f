/** What limits count by, each in one query; and one open ban a machine and source. */
export const limits = {
  number: 8,
  name: "limits",
  sql: `
alter table machines add column "cluster" text;
update machines m set cluster = p.cluster from placements p where p.machine = m.id and p.until_at is null;
create index machines_cluster_account on machines ("cluster", "account");

alter table validations add column "from_service" boolean not null default false;
update validations v set from_service = true
where v.status in ('queued', 'running', 'held') and exists (
  select from ledger l
  where l.machine = v.machine and l.cause = 'validation/' || v.id and l.from_account = 'InPool' and l.to_account = 'Validating'
);
alter table validations alter column "from_service" drop default;

alter table bans add column "from_service" boolean not null default false;
update bans b set from_service = true
where b.lifted_at is null and exists (
  select from ledger l
  where l.machine = b.machine and l.from_account = 'InPool' and l.cause in ('ban/' || b.id, 'validation/' || b.validation)
);
alter table bans alter column "from_service" drop default;
create index bans_out on bans ("cluster") where "lifted_at" is null and "from_service";

update bans b set lifted_at = greatest(b.at, now()), lifted_by = 'slipway', revision = b.revision + 1,
  lift_reason = 'a machine has one open ban of each source'
where b.lifted_at is null and exists (
  select from bans o
  where o.machine = b.machine and o.source = b.source and o.lifted_at is null and o.id <> b.id
    and (array_position(array['hardware', 'fabric', 'platform', 'configuration', 'unknown', 'workload'], o.cause), -o.id)
      < (array_position(array['hardware', 'fabric', 'platform', 'configuration', 'unknown', 'workload'], b.cause), -b.id)
);
create unique index bans_one_open on bans ("machine", "source") where "lifted_at" is null;

alter table intents add column "cluster" text;
update intents i set cluster = p.cluster from placements p
where i.act = 'boot' and i.outcome is null and p.machine = i.machine and p.until_at is null;
create index intents_boots on intents ("cluster") where "act" = 'boot' and "outcome" is null;
create index intents_boots_written on intents ("written_at") where "act" = 'boot';
`,
} as const;
