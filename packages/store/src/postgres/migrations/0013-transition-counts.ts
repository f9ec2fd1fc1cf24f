/** Changes of state that commands made, by kind of object and new state. */
export const transitionCounts = {
  number: 13,
  name: "transition-counts",
  sql: `
create table transition_counts (
  "object" text not null, "to_state" text not null, "count" bigint not null, primary key ("object", "to_state")
);
`,
} as const;
