import pg from "pg";
import { expect, it } from "vitest";
import { freshDatabase } from "../testing/index.ts";
import { migrate } from "./migrate.ts";
import { postgresStore } from "./store.ts";

it("keeps who gave a ban its cause by hand, from a database where only the words of the rule say it", async () => {
  const database = await freshDatabase();
  await migrate(database.url, 13);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows: columns } = await client.query<{ column_name: string; data_type: string }>(
    `select column_name, data_type from information_schema.columns
     where table_name = 'bans' and is_nullable = 'NO' and column_name not in ('id', 'attribution', 'external_id')`,
  );
  const value = (type: string): string =>
    type === "text" ? "'x'" : type === "boolean" ? "false" : type.startsWith("timestamp") ? "now()" : "1";
  const names = columns.map(({ column_name }) => `"${column_name}"`).join(", ");
  const values = columns.map(({ data_type }) => value(data_type)).join(", ");
  for (const [id, rule] of [
    [1, "reclassified by ada"],
    [2, "said by slurm"],
  ] as const)
    await client.query(`insert into bans (id, attribution, lifted_at, ${names}) values ($1, $2, now(), ${values})`, [
      id,
      JSON.stringify({ findings: [], rule }),
    ]);
  await client.end();
  await migrate(database.url);
  const store = await postgresStore({ url: database.url, max: 1 });
  const bans = await store.transaction((tx) => tx.find("bans", { orderBy: ["id"], columns: ["attribution"] }));
  expect(bans.map(({ attribution }) => attribution)).toEqual([
    { findings: [], rule: "reclassified by ada", person: "ada" },
    { findings: [], rule: "said by slurm" },
  ]);
  await store.close();
  await database.drop();
});
