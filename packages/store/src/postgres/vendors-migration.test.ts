import pg from "pg";
import { expect, it } from "vitest";
import { freshDatabase } from "../testing/index.ts";
import { migrate } from "./migrate.ts";
import { vendors } from "./migrations/0007-vendors.ts";
import { postgresStore } from "./store.ts";

it("keeps the events that were booked, the cursors, and each machine's adapter, from a database without their tables", async () => {
  const database = await freshDatabase();
  await migrate(database.url, vendors.number - 1);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    insert into machines (id, system_serial, gpu_serials, account, account_since, created_at, generation)
      values (1, 'S1', '{}', 'Spare', now(), now(), 1), (2, 'S2', '{}', 'Spare', now(), now(), 1);
    insert into claims_of_sources (machine, source, observed_at, sighting, fields) values
      (1, 'file:a', now(), 1, '{"adapter": {"value": "ssh", "observedAt": 5, "sighting": 1}}'),
      (1, 'vendor:lab', now(), 2, '{"adapter": {"value": "lab", "observedAt": 9, "sighting": 2}}');
    insert into placements (id, machine, node_name, from_at) values (1, 1, 'n1', now());
    insert into settings (name, value) values ('events/lab', '"1767225600000"'), ('identity-cursor', '12'), ('lab', '{}');
    insert into audit (id, at, actor, object, to_state, reason, detail) values
      (1, now(), 'w', 'event/lab/lab/7/1/failed', 'ban', 'r', '{"machine": 1, "at": "2026-01-01T00:00:00Z"}'),
      (2, now(), 'w', 'event/slurm/e1/revision', 'revision 2', 'r', '{"revision": 2}'),
      (3, now(), 'w', 'ban/4', 'banned', 'r', '{"machine": 1}');
  `);
  await client.end();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 1 });
  const read = await store.transaction(async (tx) => ({
    events: await tx.find("vendor_events"),
    accounts: await tx.find("vendor_accounts"),
    settings: await tx.find("settings", { columns: ["name"] }),
    machines: await tx.find("machines", { columns: ["id", "adapter"], orderBy: ["id"] }),
  }));
  expect(read).toMatchObject({
    events: [{ adapter: "lab", id: "lab/7/1/failed", kind: "ban", node: "n1", at: Date.UTC(2026, 0, 1), machine: 1 }],
    accounts: [{ id: "lab", events_cursor: "1767225600000", identity_cursor: 12, page: null, due_at: 0, acting: null }],
    settings: [{ name: "lab" }],
    machines: [
      { id: 1, adapter: "lab" },
      { id: 2, adapter: null },
    ],
  });
  await store.close();
  await database.drop();
});
