/** What became of an act's tries and an object's ticks, on their own rows; and the code of a reason beside its words. */
export const acts = {
  number: 5,
  name: "acts",
  sql: `
alter table intents add column "needs" text[] not null default '{}', add column "sent_at" timestamptz,
  add column "tries" integer not null default 0, add column "look_again_at" timestamptz, add column "last_error" text;
update intents set look_again_at = written_at;
alter table intents alter column "look_again_at" set not null;
drop index intents_due;
create index intents_due on intents ("look_again_at") where "outcome" is null;

alter table validations add column "reason_code" text, add column "last_error" text;
update validations set reason_code = initcap(status);
alter table validations alter column "reason_code" set not null;
`,
} as const;
