/**
 * Acts of validations are those of the engine. A boot that was asked for becomes the wait for its proof, so that it is not
 * asked for again; one that was not is asked for anew; and a pass says in its input what it is a pass of.
 */
export const boots = {
  number: 18,
  name: "boots",
  sql: `
update intents set input = before || jsonb_build_object('validation', object_id::bigint, 'way', needs[1])
  where object_kind = 'validation' and act = 'pass' and outcome is null;

update validations v set acting = null, due_at = i.written_at from intents i
  where i.object_kind = 'validation' and i.act = 'boot' and i.outcome is null and i.sent_at is null
    and v.acting = i.key;
update intents set outcome = 'abandoned', outcome_at = slipway_now()
  where object_kind = 'validation' and act = 'boot' and outcome is null and sent_at is null;

with sent as (
  select i.key, coalesce((select n from unnest(i.needs) n where n = 'local' or n like 'ssh:%' limit 1), i.needs[1]) as way,
    coalesce(v.address, '{}') || jsonb_strip_nulls(jsonb_build_object(
      'name', v.node, 'vendor', v.vendor, 'sku', v.sku, 'cluster', v.cluster, 'rack', v.rack)) as host
  from intents i join validations v on v.acting = i.key
  where i.object_kind = 'validation' and i.act = 'boot' and i.outcome is null
)
update intents i set
    act = 'await-boot', class = 'read', tries = 0, last_error = null, written_at = i.sent_at, needs = array[s.way],
    input = jsonb_build_object(
      'attempt', i.before -> 'attempt', 'runIndex', i.before -> 'runIndex', 'bootIdBefore', i.before -> 'bootId',
      'way', s.way, 'host', s.host)
  from sent s where s.key = i.key;
update intents set act = 'await-boot', class = 'read' where object_kind = 'validation' and act = 'boot'
  and outcome = 'done';
update intents set act = 'reboot', class = 'once' where object_kind = 'validation' and act = 'boot';
`,
} as const;
