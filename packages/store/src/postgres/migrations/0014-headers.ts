/** Validations have the columns of every object. */
export const headers = {
  number: 14,
  name: "headers",
  sql: `
alter table validations rename column "generation" to "revision";
alter table validations add column "spec_generation" bigint not null default 1;
alter table validations alter column "spec_generation" drop default;
`,
} as const;
