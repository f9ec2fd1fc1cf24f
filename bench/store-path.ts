import { intentRow } from "@slipway/store/testing";
import { VALIDATIONS } from "@slipway/nodes";
import { writeOutcomes, type Kind } from "@slipway/reconciler";
import { countPass, type ReadyPass, type Validation } from "@slipway/runner";
import type { Queue } from "@slipway/store";
import { benchDatabase, size, type BenchDatabase } from "./database.ts";
import { print, ratioLine, type BenchResult } from "./report.ts";
import { writeValidations } from "./validations.ts";

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
    await writeValidations(database, nodes, { status: "running" }, (tx, ids) =>
      tx.insert(
        "claims",
        ids.map((id) => ({ machine: id, holder: `validation/${String(id)}`, fence: 1, at: 1 })),
      ),
    );
    const bare = await bareInserts(database, nodes);
    let spent = 0;
    for (let run = 1; run <= PASSES; run += 1) {
      await openIntents(database, nodes, run);
      const begun = performance.now();
      for (let from = 1; from <= nodes; from += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, nodes - from + 1) }, (_, index) =>
          readyPass(from + index, run),
        );
        if ((await countTogether(database, batch)).size < batch.length) throw new Error("a pass was not counted");
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

/** Writes the outcomes of passes as a worker does, but for the jobs that follow. */
function countTogether({ store }: BenchDatabase, passes: readonly ReadyPass[]): Promise<ReadonlySet<string>> {
  const kind = {
    ...VALIDATIONS,
    record: (change, row, _intent, ended) =>
      ended.did === "done" ? countPass(change, row, ended.observed.facts["ready"] as ReadyPass, null) : undefined,
  } as Partial<Kind<Validation>> as Kind;
  const outcomes = passes.map((ready) => ({
    act: { kind, intent: intentOf(ready.key, ready.machine) },
    ended: { did: "done" as const, already: false, observed: { state: "already" as const, facts: { ready } } },
  }));
  return writeOutcomes({ store, queue: NO_QUEUE, worker: { id: "bench" }, kinds: [VALIDATIONS] }, outcomes);
}

const NO_QUEUE = { send: () => Promise.resolve() } as Partial<Queue> as Queue;
const intentOf = (key: string, machine: number) => intentRow(key, { machine, fence: 1 });

/** What a tick would have written before: one open intent a node. Not timed. */
async function openIntents({ store, client }: BenchDatabase, nodes: number, run: number): Promise<void> {
  for (let from = 1; from <= nodes; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, nodes - from + 1) }, (_, index) => from + index);
    const keyOf = (id: number): string => `validation/${String(id)}/1/${String(run)}`;
    await store.transaction(async (tx) => {
      await tx.insert(
        "intents",
        batch.map((id) => intentOf(keyOf(id), id)),
      );
      await tx.update(
        "validations",
        batch.map((id) => ({ key: { id }, set: { acting: keyOf(id) } })),
      );
    });
  }
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
        `insert into bare_passes (
           validation, attempt, run_index, try, kind, machine, node, cluster, verdict, failed_checks, boot_id,
           system_serial, gpu_serials, started_at, finished_at, node_hours, judged_by, evidence, gpu_uuids)
         select
           v, 1, $2, 0, 'required', v, 'node-' || v, 'c', 'pass', '{}', 'b',
           'S' || v, '{1,2,3,4}', now(), now(), 0.1, '{}', '{}', '{}'
         from unnest($1::int8[]) v`,
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
