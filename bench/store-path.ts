import { recordPasses, type ReadyPass } from "@slipway/runner";
import { benchDatabase, size, type BenchDatabase } from "./database.ts";
import { print, ratioLine, type BenchResult } from "./report.ts";

const PASSES = 12;
const CHECKS = ["dcdiag", "gpu-inventory", "gpu-memory", "hypervisor", "ib-xdr", "imex", "nvl-fabric", "xid"];
const BATCH = 500;
const GOAL_NODES = 100_000;

/**
 * Ready judgements through the real pass transaction, against bare `INSERT … SELECT FROM unnest` of the
 * same rows of passes and results into tables of the same shape, in the same run and server.
 */
export async function benchStorePath(): Promise<BenchResult[]> {
  const nodes = size("SLIPWAY_BENCH_NODES", 2_000);
  const database = await benchDatabase();
  try {
    await prepare(database, nodes);
    const bare = await bareInserts(database, nodes);
    let spent = 0;
    for (let run = 1; run <= PASSES; run += 1) {
      await openIntents(database, nodes, run);
      const begun = performance.now();
      for (let from = 1; from <= nodes; from += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, nodes - from + 1) }, (_, index) =>
          readyPass(from + index, run),
        );
        const recorded = await recordPasses(database.store, batch, {
          actor: "bench",
          keepMs: null,
          emit: () => undefined,
        });
        if (recorded.some(({ counted }) => !counted)) throw new Error("a pass was not counted");
      }
      spent += performance.now() - begun;
    }
    const { rows } = await database.client.query<{ count: string }>("select count(*) from results");
    const results = nodes * PASSES * CHECKS.length;
    if (Number(rows[0]?.count) !== results) throw new Error("results are missing");
    print(
      `  ${nodes.toLocaleString("en-US")} nodes × ${String(PASSES)} passes × ${String(CHECKS.length)} results, ` +
        `fsync on: ${(spent / 1_000).toFixed(1)} s, ${Math.round(results / (spent / 1_000)).toLocaleString("en-US")} ` +
        `results/s; bare unnest ${(bare / 1_000).toFixed(1)} s`,
    );
    print(
      `  extrapolated, not measured: ${GOAL_NODES.toLocaleString("en-US")} nodes in ${((spent / 60_000) * (GOAL_NODES / nodes)).toFixed(1)} min (goal 10)`,
    );
    return [ratioLine("pass transaction / bare unnest of the same passes and results", spent / bare, 3)];
  } finally {
    await database.close();
  }
}

async function prepare({ client }: BenchDatabase, nodes: number): Promise<void> {
  await client.query(
    "insert into machines select i, 'S' || i, '{}', 'Validating', now(), null, null, null, now(), 1 from generate_series(1, $1) i",
    [nodes],
  );
  await client.query("insert into claims select i, 'validation/' || i, 1, now() from generate_series(1, $1) i", [
    nodes,
  ]);
  await client.query(
    `insert into validations (
       id, machine, node, adapter, trigger, lane, lane_digest, lane_reason, checks, first_checks,
       passes_required, passes_done, policy, attempt, run_index, tries, status, reason, priority,
       keeps_running, failures, created_at, generation)
     select
       i, i, 'node-' || i, 'bench', 'new-hardware', 'slow', 'd', 'r', '{}', '{}',
       12, 0, '{}', 1, 1, 0, 'running', 'r', 0,
       false, 0, now(), 1
     from generate_series(1, $1) i`,
    [nodes],
  );
}

/** What a tick would have written before: one open intent a node. Not timed. */
async function openIntents({ client }: BenchDatabase, nodes: number, run: number): Promise<void> {
  await client.query(
    "insert into intents (key, object, act, machine, fence, before, written_at) select 'validation/' || i || '/1/' " +
      "|| $2::text, 'validation/' || i, 'pass', i, 1, '{}', now() from generate_series(1, $1::int) i",
    [nodes, String(run)],
  );
  await client.query("update validations set acting = 'validation/' || id || '/1/' || $1::text", [String(run)]);
  await client.query("vacuum analyze validations, intents");
}

const readyPass = (node: number, run: number): ReadyPass => ({
  key: `validation/${String(node)}/1/${String(run)}`,
  fence: 1,
  priority: 0,
  validation: node,
  attempt: 1,
  runIndex: run,
  try: 0,
  kind: "required",
  machine: node,
  node: `node-${String(node)}`,
  cluster: "c",
  verdict: "pass",
  checks: CHECKS.map((check) => ({ check, version: "1.0.0", verdict: "pass", findings: [] })),
  bootId: "b",
  systemSerial: `S${String(node)}`,
  gpuSerials: ["1", "2", "3", "4"],
  gpuUuids: [],
  startedAt: 1_000,
  finishedAt: 2_000,
  judgedBy: { checks: {}, lane: "l", expectations: "0".repeat(64), image: null },
  evidence: {},
});

async function bareInserts({ client }: BenchDatabase, nodes: number): Promise<number> {
  await client.query("create table bare_passes (like passes including all)");
  await client.query("create table bare_results (like results including all)");
  let spent = 0;
  for (let run = 1; run <= PASSES; run += 1) {
    for (let from = 1; from <= nodes; from += BATCH) {
      const ids = Array.from({ length: Math.min(BATCH, nodes - from + 1) }, (_, index) => from + index);
      const keys = ids.flatMap((id) => CHECKS.map((check) => ({ id, check })));
      const begun = performance.now();
      await client.query("begin");
      await client.query(
        "insert into bare_passes select v, 1, $2, 0, 'required', v, 'node-' || v, 'c', 'pass', '{}', 'b', 'S' || " +
          "v, '{1,2,3,4}', now(), now(), 0.1, '{}', '{}' from unnest($1::int8[]) v",
        [ids, run],
      );
      await client.query(
        "insert into bare_results select v, 1, $3, 0, c, '1.0.0', 'pass', null from unnest($1::int8[], $2::text[]) as x(v, c)",
        [keys.map(({ id }) => id), keys.map(({ check }) => check), run],
      );
      await client.query("commit");
      spent += performance.now() - begun;
    }
  }
  return spent;
}
