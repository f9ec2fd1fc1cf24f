/** A vendor account is an object that waits for its look; the lease of a look gives way to the intent. */
export const vendorAccounts = {
  number: 19,
  name: "vendor-accounts",
  sql: `
alter table vendor_looks rename to vendor_accounts;
alter table vendor_accounts rename column "adapter" to "id";
alter table vendor_accounts rename column "failures" to "failed_looks";
alter table vendor_accounts rename column "last_error" to "look_error";
alter table vendor_accounts drop column "holder", drop column "lease_until", alter column "due_at" drop not null,
  add column "spec_generation" bigint not null default 1, add column "revision" bigint not null default 1,
  add column "status" text not null default 'standing', add column "reason_code" text not null default 'Standing',
  add column "reason" text not null default 'it is always there', add column "owner" text, add column "acting" text,
  add column "failures" integer not null default 0, add column "last_error" text, add column "finished_at" timestamptz,
  add column "priority" integer not null default 0;
alter table vendor_accounts alter column "spec_generation" drop default, alter column "revision" drop default,
  alter column "status" drop default, alter column "reason_code" drop default, alter column "reason" drop default,
  alter column "failures" drop default, alter column "priority" drop default;
`,
} as const;
