import pg from "pg";
import { expect, it } from "vitest";
import type { Row } from "../tables/index.ts";
import { freshDatabase, intentRow } from "../testing/index.ts";
import { migrate } from "./migrate.ts";
import { bansAndReleases } from "./migrations/0017-bans-and-releases.ts";
import { postgresStore } from "./store.ts";

const AT = "2026-01-01T00:00:00Z";
const rest = {
  machine: 1,
  node: "n1",
  at: AT,
  cause: "hardware",
  attribution: { findings: [], rule: "r" },
  owner: "hwh",
  by: "ada",
  from_service: true,
};
const ban = { ...rest, revision: 2, reason: "a rail is gone", source: "lab" };
const target = { nodeName: "n1", cluster: "c" };
const intents = [
  ["ban/1/open-repair", "open-repair", null, { adapter: "lab", target, summary: "a rail is gone", cause: "hardware" }],
  ["ban/2/open-repair", "open-repair", null, { adapter: "lab", target, summary: "x", cause: "hardware" }],
  ["ban/3/open-repair", "open-repair", "failed", { adapter: "lab", target, summary: "x", cause: "fabric" }],
  ["release/4/return-to-service", "return-to-service", null, { validation: 7 }],
  ["release/5/return-to-service", "return-to-service", "done", { adapter: "lab", target }],
] as const;

/** Rows of the migration before, as JSON; columns that are not named are null. */
const BEFORE = {
  bans: [
    { ...ban, id: 1 },
    { ...ban, id: 2, lifted_at: AT, lifted_by: "lab", lift_reason: "returned" },
    { ...ban, id: 3, machine: 2 },
  ],
  releases: [4, 5].map((id) => ({ ...rest, id, entry: "new", decided_by: "policy", record: { reason: "12 passes" } })),
  intents: intents.map(([key, act, outcome, before]) => {
    const { look_again_at: _, written_at: __, ...row } = intentRow(key, { act, outcome, class: "keyed" });
    return { ...row, needs: ["vendor:lab"], before, input: before, written_at: AT, look_again_at: AT };
  }),
  items: [
    {
      id: 9,
      kind: "act-failing",
      subject: "ban/3/open-repair",
      owner: "ops",
      title: "open-repair failed 12 times: 503",
      detail: {},
      opened_at: AT,
    },
  ],
};

async function seed(client: pg.Client): Promise<void> {
  for (const [table, rows] of Object.entries(BEFORE))
    await client.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(rows),
    ]);
  const { rows: columns } = await client.query<{ column_name: string; data_type: string }>(
    `select column_name, data_type from information_schema.columns where table_name = 'validations' and is_nullable = 'NO'`,
  );
  const values: Readonly<Record<string, unknown>> = { text: "x", boolean: false, jsonb: {}, ARRAY: [] };
  const given = { id: 7, node: "n7", adapter: "oci", address: { vendorInstanceId: "i-7" }, reason: "proven" };
  const filled = columns.map(({ column_name, data_type }) => [
    column_name,
    data_type.startsWith("timestamp") ? AT : (values[data_type] ?? 1),
  ]);
  await client.query("insert into validations select * from jsonb_populate_record(null::validations, $1)", [
    JSON.stringify({ ...Object.fromEntries(filled), ...given }),
  ]);
}

it("goes on with what vendors are still to be asked for by bans and releases of the migration before", async () => {
  const database = await freshDatabase();
  await migrate(database.url, bansAndReleases.number - 1);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await seed(client);
  await client.end();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 1 });
  const [bans, releases, acts, conditions] = await store.transaction(
    async (tx) =>
      [
        await tx.find("bans", { orderBy: ["id"] }),
        await tx.find("releases", { orderBy: ["id"] }),
        await tx.find("intents", { orderBy: ["key"] }),
        await tx.find("conditions"),
      ] as const,
  );
  await store.close();
  await database.drop();

  const due = expect.any(Number) as number;
  const at = Date.parse(AT);
  expect(bans).toMatchObject([
    { status: "open", why: "a rail is gone", acting: "ban/1/open-repair", due_at: due, finished_at: null },
    { status: "lifted", reason: "returned", acting: null, due_at: null, finished_at: at, spec_generation: 2 },
    { status: "open", reason_code: "Banned", acting: null, due_at: null, finished_at: null },
  ]);
  expect(releases).toMatchObject([
    { status: "open", acting: "release/4/return-to-service", due_at: due, finished_at: null },
    { status: "finished", reason: "12 passes", acting: null, due_at: null, finished_at: at },
  ]);
  expect(conditions).toMatchObject([{ object: "ban/3", type: "Blocked", status: "True", reason: "ActFailing" }]);
  const inputOf = (key: string): Row<"intents">["input"] | undefined => acts.find((row) => row.key === key)?.input;
  expect(inputOf("ban/1/open-repair")).toEqual({
    account: "lab",
    node: target,
    category: "hardware",
    summary: "a rail is gone",
  });
  expect(inputOf("release/4/return-to-service")).toEqual({
    account: "oci",
    node: { nodeName: "n7", vendorInstanceId: "i-7" },
  });
});
