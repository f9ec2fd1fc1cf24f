/** By which host key and on which way each pass reached its node. */
export const hostKeys = {
  number: 11,
  name: "host-keys",
  sql: `
alter table passes add column "host_key" text, add column "route" text;
`,
} as const;
