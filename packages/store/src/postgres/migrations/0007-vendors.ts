/** Looks at vendors, what they said last, the events that were taken in, and by which adapter a machine is reached. */
export const vendors = {
  number: 7,
  name: "vendors",
  sql: `
create table vendor_looks (
  "adapter" text not null, "holder" text, "lease_until" timestamptz, "fence" bigint not null,
  "due_at" timestamptz not null, "page" text, "events_cursor" text, "identity_cursor" bigint not null,
  "plan_cursor" bigint not null, "failures" integer not null, "last_error" text,
  primary key ("adapter")
);
insert into vendor_looks
  select substr(name, 8), null, null, 0, to_timestamp(0), null, value #>> '{}',
      coalesce((select (value #>> '{}')::bigint from settings where name = 'identity-cursor'), 0), 0, 0, null
    from settings where name like 'events/%';
delete from settings where name like 'events/%' or name = 'identity-cursor';

create table vendor_nodes (
  "adapter" text not null, "node" text not null, "content" text, "refused" text,
  primary key ("adapter", "node")
);

create table vendor_events (
  "adapter" text not null, "id" text not null, "kind" text not null, "node" text not null,
  "at" timestamptz not null, "taken_at" timestamptz not null, "machine" bigint,
  primary key ("adapter", "id")
);
insert into vendor_events
  select split_part(object, '/', 2), substr(object, length('event/' || split_part(object, '/', 2)) + 2), to_state,
      coalesce((select node_name from placements where machine = (detail ->> 'machine')::bigint
        order by from_at desc limit 1), ''),
      (detail ->> 'at')::timestamptz, at, (detail ->> 'machine')::bigint
    from audit
    where object like 'event/%' and detail ? 'machine' and detail ? 'at'
      and to_state in ('ban', 'unban', 'leave', 'enter', 'out-for-repair', 'returned')
  on conflict do nothing;

alter table machines add column "adapter" text;
update machines set adapter = (
  select fields #>> '{adapter,value}' from claims_of_sources
    where machine = machines.id and fields ? 'adapter'
    order by (fields #>> '{adapter,observedAt}')::numeric desc, (fields #>> '{adapter,sighting}')::numeric desc
    limit 1
);
create index machines_adapter_account on machines ("adapter", "account");
`,
} as const;
