/** What may be open once, kept by the database; and the indexes of what is due, running, banned and failing. */
export const guards = {
  number: 4,
  name: "guards",
  sql: `
do $$
declare
  broken text;
begin
  select string_agg(line, E'\\n') into broken from (
    select format('machine m-%s has the open validations %s; keep one: update validations set status = ''cancelled'', due_at = null, acting = null, finished_at = now() where id = ...',
        machine, string_agg(id::text, ', ' order by id)) as line
      from validations where status in ('queued', 'running', 'held') group by machine having count(*) > 1
    union all
    select format('machine m-%s has the open placements %s; keep one: update placements set until_at = now() where id = ...',
        machine, string_agg(id::text, ', ' order by id))
      from placements where until_at is null group by machine having count(*) > 1
    union all
    select format('the items %s (%s, %s) are open for one subject; keep one: update items set closed_at = now() where id = ...',
        string_agg(id::text, ', ' order by id), kind, subject)
      from items where closed_at is null group by kind, subject having count(*) > 1
    union all
    select format('%s %s has the active builds %s; keep one: update builds set state = ''retired'' where digest = ...',
        kind, name, string_agg(digest, ', ' order by digest))
      from builds where state = 'active' group by kind, name having count(*) > 1
  ) as found;
  if broken is not null then
    raise exception using errcode = 'integrity_constraint_violation',
      message = 'these rows break what the database guards from this release on; settle them, then start it again:' || E'\\n' || broken;
  end if;
end $$;

create unique index validations_open on validations ("machine") where "status" in ('queued', 'running', 'held');
create unique index placements_open on placements ("machine") where "until_at" is null;
create unique index items_open on items ("kind", "subject") where "closed_at" is null;
create unique index builds_active on builds ("kind", "name") where "state" = 'active';

create index intents_due on intents ("written_at") where "outcome" is null;
create index evidence_blobs_due on evidence_blobs ("keep_until") where "expired_at" is null;
drop index evidence_blobs_keep_until;
create index validations_running on validations ("cluster", "status") where "status" = 'running';
create index bans_open on bans ("machine", "lifted_at") where "lifted_at" is null;
create index results_failing on results ("check", "verdict") where "verdict" = 'fail';
`,
} as const;
