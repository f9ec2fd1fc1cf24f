/** The store's clock, and how far each worker's is from it. */
export const clock = {
  number: 2,
  name: "clock",
  sql: `
create table slipway_clock (
  "one" boolean primary key default true check ("one"),
  "since" timestamptz not null, "offset_ms" bigint not null, "rate" double precision not null
);
insert into slipway_clock values (true, 'epoch', 0, 1);

create function slipway_clock_guard() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or not exists (select from settings where name in ('lab', 'test')) then
    raise exception 'only a lab''s or a test''s database may change its clock';
  end if;
  return null;
end $$;
create trigger slipway_clock_guard before insert or update or delete or truncate on slipway_clock
  for each statement execute function slipway_clock_guard();

create function slipway_now() returns timestamptz language sql volatile as $$
  select case when rate = 1 and offset_ms = 0 then clock_timestamp() else to_timestamp(
    extract(epoch from since)::float8 + offset_ms / 1000.0::float8
      + (extract(epoch from clock_timestamp())::float8 - extract(epoch from since)::float8) * rate
  ) end from slipway_clock
$$;

alter table workers add column "skew_ms" bigint;
`,
} as const;
