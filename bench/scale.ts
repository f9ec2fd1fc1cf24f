import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Tx } from "@slipway/store";
import { machineRow, placementRow, validationRow } from "@slipway/store/testing";
import { benchDatabase, size, type BenchDatabase } from "./database.ts";
import { idleCommits } from "./idle.ts";
import { median, print, ratioLine, type BenchResult } from "./report.ts";
import type { Worked } from "./scale-worker.ts";

const WORKERS = 4;
/** Machines of one cluster; of them so many have an open validation, and half of those may run at once. */
const CLUSTER = 1_000;
const OPEN = 100;
const AT_ONCE = OPEN / 2;
const PASSES = 2;
const BATCH = 1_000;

/** What four workers did in one run. */
interface Run {
  readonly seconds: number;
  readonly ticks: number;
  readonly passes: number;
  readonly p99Ms: number;
  readonly rows: number;
  /** Rows read of each table. */
  readonly tables: ReadonlyMap<string, number>;
  /** Of a worker: its memory in the last quarter of the run to that in the second. */
  readonly growth: number;
}

/**
 * Four workers on one database whose nodes are doubles that answer at once: a tenth of the machines are validated, half of
 * those within their cluster's limit, and what ends begins again. `SLIPWAY_BENCH_MACHINES` says how many machines there are,
 * and `SLIPWAY_BENCH_MINUTES` how long the workers work. The peer is the same work in a fleet of a quarter of the size.
 */
export async function benchScale(): Promise<BenchResult[]> {
  const machines = size("SLIPWAY_BENCH_MACHINES", 8_000);
  const seconds = size("SLIPWAY_BENCH_MINUTES", 0.25) * 60;
  const database = await benchDatabase();
  try {
    const few = Math.ceil(machines / 4 / CLUSTER) * CLUSTER;
    await addMachines(database, 0, few);
    const small = await work(database, few, Math.min(seconds, 30));
    await addMachines(database, few, machines);
    const large = await work(database, machines, seconds);
    for (const [count, run] of [
      [few, small],
      [machines, large],
    ] as const)
      describe(count, run);
    await endAll(database);
    const idle = await idleCommits(database, [1, WORKERS]);
    const perTick = ({ rows, ticks }: Run): number => rows / ticks;
    return [
      ratioLine(`rows read a tick at ${at(machines)} / at ${at(few)} machines`, perTick(large) / perTick(small), 1.3),
      ratioLine(
        `time of a tick at ${at(machines)} / at ${at(few)} machines`,
        small.ticks / small.seconds / (large.ticks / large.seconds),
        1.5,
      ),
      ratioLine(
        `memory of a worker, last quarter of ${(large.seconds / 60).toFixed(1)} minutes / second quarter`,
        large.growth,
        1.25,
      ),
      ...idle,
    ];
  } finally {
    await database.close();
  }
}

const at = (count: number): string => count.toLocaleString("en-US");

function describe(machines: number, { seconds, ticks, passes, p99Ms, rows, tables }: Run): void {
  print(
    `  ${at(machines)} machines, ${at((machines / CLUSTER) * OPEN)} open validations, ${String(WORKERS)} workers: ` +
      `${(ticks / seconds).toFixed(0)} ticks/s, ${(passes / seconds).toFixed(0)} passes/s, p99 of a batch of ticks ` +
      `${p99Ms.toFixed(0)} ms, ${(rows / ticks).toFixed(1)} rows read a tick`,
  );
  const most = [...tables].sort((a, b) => b[1] - a[1]).slice(0, 6);
  print(`    of ${most.map(([name, read]) => `${name} ${(read / ticks).toFixed(1)}`).join(", ")}`);
}

/** Adds machines from one number up to another, and the validations of a tenth of them. */
async function addMachines({ store, client }: BenchDatabase, from: number, to: number): Promise<void> {
  for (let first = from + 1; first <= to; first += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, to - first + 1) }, (_, index) => first + index);
    await store.transaction((tx) => insertMachines(tx, ids));
  }
  await client.query("vacuum analyze");
}

async function insertMachines(tx: Tx, ids: readonly number[]): Promise<void> {
  const clusterOf = (id: number): string => `c${String(Math.floor((id - 1) / CLUSTER))}`;
  const nodeOf = (id: number): string => `node-${String(id)}`;
  const due_at = await tx.now();
  await tx.insert(
    "machines",
    ids.map((id) =>
      machineRow(id, {
        system_serial: null,
        gpu_serials: [],
        cluster: clusterOf(id),
        account: id % 2 === 0 ? "InPool" : "Spare",
      }),
    ),
  );
  await tx.insert(
    "placements",
    ids.map((id) => placementRow(id, { machine: id, cluster: clusterOf(id), node_name: nodeOf(id) })),
  );
  await tx.insert(
    "validations",
    ids
      .filter((id) => id % (CLUSTER / OPEN) < 1)
      .map((id) =>
        validationRow(id, {
          node: nodeOf(id),
          address: null,
          adapter: "ssh",
          cluster: clusterOf(id),
          checks: ["well"],
          passes_required: PASSES,
          due_at,
        }),
      ),
  );
}

/** Has four workers work for so long. */
async function work(database: BenchDatabase, machines: number, seconds: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-scale-"));
  const names = Array.from({ length: Math.ceil(machines / CLUSTER) }, (_, index) => `c${String(index)}`);
  const limits = Object.fromEntries(
    names.map((name) => [name, { segment: "fleet", owner: "hwh", limits: { cluster: AT_ONCE } }]),
  );
  writeFileSync(join(folder, "clusters.yaml"), JSON.stringify({ schema: "slipway/clusters@1", clusters: limits }));
  try {
    return await workOf(
      database,
      Array.from({ length: WORKERS }, () => startWorker(database.url, folder)),
      seconds,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function workOf(database: BenchDatabase, workers: readonly Worker[], seconds: number): Promise<Run> {
  // Until each has met what it does.
  await sleep(4_000);
  const before = await rowsRead(database);
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1_000) {
    await sleep(1_000);
    await beginAgain(database);
  }
  const worked = await Promise.all(workers.map((worker) => end(worker)));
  const spent = (performance.now() - begun) / 1_000;
  const after = await rowsRead(database);
  const troubles = worked.flatMap((one) => one.troubles);
  if (troubles.length > 0) print(`    troubles: ${troubles.slice(0, 3).join(" ")}`);
  const batches = worked.flatMap(({ batchMs }) => batchMs).sort((a, b) => a - b);
  const tables = new Map([...after].map(([name, read]) => [name, read - (before.get(name) ?? 0)]));
  const ticks = worked.reduce((sum, one) => sum + one.ticks, 0);
  if (ticks === 0) throw new Error("nothing was ticked");
  return {
    seconds: spent,
    ticks,
    passes: worked.reduce((sum, one) => sum + one.passes, 0),
    p99Ms: batches[Math.floor(batches.length * 0.99)] ?? NaN,
    rows: [...tables.values()].reduce((a, b) => a + b, 0),
    tables,
    growth: median(worked.map(({ memoryMiB }) => growthOf(memoryMiB))),
  };
}

function growthOf(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4);
  return median(samples.slice(-quarter)) / median(samples.slice(quarter, 2 * quarter));
}

interface Worker {
  readonly process: ChildProcess;
  /** What it prints before it ends. */
  readonly said: Promise<string>;
}

function startWorker(url: string, folder: string): Worker {
  const process = spawn(
    globalThis.process.execPath,
    [...globalThis.process.execArgv, join(import.meta.dirname, "scale-worker.ts"), url, folder],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  return { process, said: text(process.stdout) };
}

async function end({ process, said }: Worker): Promise<Worked> {
  process.stdin?.end();
  const answer = await said;
  if (answer === "") throw new Error("a worker ended before it was told to");
  return JSON.parse(answer) as Worked;
}

/** Rows that were read of each table so far, by scans and by indexes. */
async function rowsRead({ client }: BenchDatabase): Promise<ReadonlyMap<string, number>> {
  // A session tells what it counted when it has been idle for a moment.
  await sleep(2_000);
  const { rows } = await client.query<{ name: string; read: string }>(
    "select relname as name, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables",
  );
  return new Map(rows.map(({ name, read }) => [name, Number(read)]));
}

/** Puts validations that ended in line again, as if they were new. */
const beginAgain = ({ client }: BenchDatabase): Promise<unknown> =>
  client.query(`
    with ended as (
      update validations set status = 'queued', reason_code = 'Queued', due_at = slipway_now(), run_index = 1,
        passes_done = 0, finished_at = null, revision = revision + 1
      where status = 'released' returning id
    ),
    released as (delete from releases r using ended e where r.validation = e.id),
    passed as (delete from passes p using ended e where p.validation = e.id),
    judged as (delete from results r using ended e where r.validation = e.id)
    delete from intents i using ended e where i.object = 'validation/' || e.id`);

/** Ends all work, as a fleet has it in which nothing happens. */
async function endAll({ client }: BenchDatabase): Promise<void> {
  await client.query(
    "update validations set status = 'cancelled', due_at = null, acting = null, finished_at = slipway_now() where finished_at is null",
  );
  await client.query("update intents set outcome = 'abandoned', outcome_at = slipway_now() where outcome is null");
  await client.query("delete from pgboss.job");
  await client.query("delete from workers");
}
