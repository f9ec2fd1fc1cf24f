/** What each queue of acts asks of a worker, and what each worker has; open acts are given their needs. */
export const routing = {
  number: 6,
  name: "routing",
  sql: `
create table act_queues ("name" text primary key, "needs" text[] not null);
alter table workers add column "covers" text[] not null default '{}';

update intents i set needs = array[case v.adapter when 'local' then 'local' when 'ssh' then 'ssh:direct' else 'vendor:' || v.adapter end]
from validations v
where i.outcome is null and i.needs = '{}'
  and v.id = coalesce(substring(i.object from '^validation/([0-9]+)$'), i.before ->> 'validation')::bigint;
`,
} as const;
