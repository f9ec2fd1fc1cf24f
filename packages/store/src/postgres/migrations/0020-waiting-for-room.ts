/** Whoever frees a place finds who waits for it; the sizes of clusters, racks and SKUs are counted, not read. */
export const waitingForRoom = {
  number: 20,
  name: "waiting-for-room",
  sql: `
create index validations_waiting on validations ("cluster", "priority") where "reason_code" = 'NoRoom';
create index if not exists machines_sku on machines ("sku");
update validations set due_at = created_at where status = 'queued' and reason_code = 'NoRoom';
`,
} as const;
