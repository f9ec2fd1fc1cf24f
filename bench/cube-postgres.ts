import type { Client } from "pg";
import { standingAt, type CubeData } from "./cube-data.ts";
import type { Peer } from "./cube-peer.ts";

const BATCH = 100_000;

/** As people write it, and with run and checks packed into one number. */
export const POSTGRES_FOLDS = [
  "select attempt, coalesce(min(run) filter (where mask <> 0), 0) as first, coalesce((array_agg(mask order by run) " +
    "filter (where mask <> 0))[1], 0) as mask, max(run) as runs from runs group by attempt",
  "select attempt, coalesce(packed >> 16, 0) as first, coalesce(packed & 65535, 0) as mask, runs from (select " +
    "attempt, min(run * 65536 + mask) filter (where mask <> 0) as packed, max(run) as runs from runs group by " +
    "attempt) packed_runs",
];

/** PostgreSQL with the history in unlogged tables, analysed, and memory enough to aggregate by hashing. */
export async function postgresOf(client: Client, { runs, attempts, facts }: CubeData): Promise<Peer> {
  await client.query("create unlogged table runs (attempt int4, run int4, mask int4)");
  await client.query("create unlogged table facts (attempt int4, cell int4, standing int4)");
  for (let from = 0; from < runs.attempt.length; from += BATCH) {
    const part = [runs.attempt, runs.run, runs.mask].map((column) => Array.from(column.subarray(from, from + BATCH)));
    await client.query("insert into runs select * from unnest($1::int4[], $2::int4[], $3::int4[])", part);
  }
  for (let from = 0; from < attempts; from += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, attempts - from) }, (_, at) => from + at);
    await client.query("insert into facts select * from unnest($1::int4[], $2::int4[], $3::int4[])", [
      ids,
      ids.map((at) => facts.cell[at]),
      ids.map((at) => standingAt(facts, at)),
    ]);
  }
  await client.query("vacuum analyze runs, facts");
  await client.query("set work_mem = '1GB'");
  await client.query("set max_parallel_workers_per_gather = 2");
  return {
    async run(sql) {
      await client.query(sql);
    },
    async rows(sql) {
      const { rows } = await client.query<(number | string)[]>({ text: sql, rowMode: "array" });
      return rows.map((row) => row.map(Number));
    },
  };
}
