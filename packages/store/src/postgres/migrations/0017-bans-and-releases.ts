/**
 * Bans and releases have the columns of every object: why a machine was banned stands beside why its ban is where it is,
 * the revision that exports name rises with its causes alone, and what vendors are still to be asked for is what the
 * objects wait for.
 */
export const bansAndReleases = {
  number: 17,
  name: "bans-and-releases",
  sql: `
alter table bans rename column "reason" to "why";
alter table bans alter column "owner" drop not null, alter column "revision" type bigint;
alter table bans add column "spec_generation" bigint, add column "status" text, add column "reason_code" text,
  add column "reason" text, add column "acting" text, add column "due_at" timestamptz, add column "failures" integer,
  add column "last_error" text, add column "finished_at" timestamptz, add column "priority" integer;
update bans set spec_generation = revision, failures = 0, priority = 1, finished_at = lifted_at,
  status = case when lifted_at is null then 'open' else 'lifted' end,
  reason_code = case when lifted_at is null then 'Banned' else 'Lifted' end,
  reason = case when lifted_at is null then why else coalesce(lift_reason, '') end;
alter table bans alter column "spec_generation" set not null, alter column "status" set not null,
  alter column "reason_code" set not null, alter column "reason" set not null, alter column "failures" set not null,
  alter column "priority" set not null;
create index bans_due_at on bans ("due_at") where "due_at" is not null;

alter table releases add column "spec_generation" bigint, add column "revision" bigint, add column "status" text,
  add column "reason_code" text, add column "reason" text, add column "owner" text, add column "acting" text,
  add column "due_at" timestamptz, add column "failures" integer, add column "last_error" text,
  add column "finished_at" timestamptz, add column "priority" integer;
update releases set spec_generation = 1, revision = 1, failures = 0, priority = 1, finished_at = at,
  status = 'finished', reason_code = 'LetIn', reason = coalesce(record->>'reason', '');
alter table releases alter column "spec_generation" set not null, alter column "revision" set not null,
  alter column "status" set not null, alter column "reason_code" set not null, alter column "reason" set not null,
  alter column "failures" set not null, alter column "priority" set not null;
create index releases_due_at on releases ("due_at") where "due_at" is not null;

update intents i set input = jsonb_build_object('account', asked.account, 'node', jsonb_strip_nulls(asked.node)) ||
  case i.act when 'return-to-service' then '{}'::jsonb
    else jsonb_build_object('category', coalesce(i.before->>'cause', 'unknown'), 'summary', asked.summary) end
from (
  select o.key, coalesce(o.before->>'adapter', v.adapter) as account,
    coalesce(o.before->>'summary', v.reason, '') as summary,
    coalesce(o.before->'target', jsonb_build_object('nodeName', v.node, 'cluster', v.cluster,
      'vendorInstanceId', v.address->>'vendorInstanceId')) as node
  from intents o left join validations v on v.id::text = o.before->>'validation'
  where o.outcome is distinct from 'done' and o.act in ('open-repair', 'return-to-service')
) asked where asked.key = i.key and asked.account is not null;

create temporary table unended on commit drop as
  select i.key, i.object, i.object_kind, i.object_id, i.outcome, min(t.kind) as kind, min(t.owner) as owner,
    min(t.title) as title, min(t.opened_at) as opened_at
  from intents i left join items t
    on t.subject = i.key and t.closed_at is null and t.kind in ('act-failing', 'work-ends-workers')
  where i.act in ('open-repair', 'return-to-service') and (i.outcome is null or i.outcome = 'failed' and t.id is not null)
    and not exists (select from bans b where i.object_kind = 'ban' and b.id::text = i.object_id and b.lifted_at is not null)
  group by i.key;
update bans set acting = case when u.outcome is null then u.key end, due_at = case when u.outcome is null then now() end
from unended u where u.object_kind = 'ban' and u.object_id = bans.id::text and bans.lifted_at is null;
update releases set acting = case when u.outcome is null then u.key end, status = 'open', finished_at = null,
  due_at = case when u.outcome is null then now() end, owner = u.owner
from unended u where u.object_kind = 'release' and u.object_id = releases.id::text;
insert into conditions ("object", "type", "status", "reason", "message", "observed_generation", "since")
select object, 'Blocked', 'True', case kind when 'act-failing' then 'ActFailing' else 'WorkEndsWorkers' end, title, 1, opened_at
from unended where outcome = 'failed' on conflict do nothing;
`,
} as const;
