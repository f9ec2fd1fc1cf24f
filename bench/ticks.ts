import { loadSteps } from "@slipway/catalog";
import { inlineReader } from "@slipway/evidence";
import { DEFAULT_LIMITS, tick, type RunnerParts } from "@slipway/runner";
import { judgingSet } from "@slipway/fleet";
import { systemClock, type Queue, type Tx } from "@slipway/store";
import { memoryBlobs } from "@slipway/store/memory";
import { placementRow, workerRow } from "@slipway/store/testing";
import { PgBoss } from "pg-boss";
import { benchDatabase, size, type BenchDatabase } from "./database.ts";
import { print, ratioLine, type BenchResult } from "./report.ts";
import { writeValidations } from "./validations.ts";

const BATCH = 500;
const GOAL = 1_000_000;

/**
 * The real tick over PostgreSQL: fetch from pg-boss, read, decide, write claim, transition, audit and
 * intent, complete; against bare pg-boss that fetches and completes as many jobs in the same run.
 */
export async function benchTicks(): Promise<BenchResult[]> {
  const ticks = size("SLIPWAY_BENCH_TICKS", 10_000);
  const database = await benchDatabase();
  const boss = new PgBoss({ connectionString: database.url, schedule: false, supervise: false });
  boss.on("error", () => undefined);
  try {
    await boss.start();
    for (const queue of ["bare", "tick"]) await boss.createQueue(queue, { policy: "exclusive", heartbeatSeconds: 10 });
    await database.store.transaction(async (tx) => {
      const now = await tx.now();
      await tx.insert("workers", [workerRow("bench", { beat_at: now, covers: ["vendor:bench"] })]);
    });
    await writeValidations(database, ticks, { due_at: Date.now() }, placeEach);
    for (const queue of ["bare", "tick"])
      for (let from = 1; from <= ticks; from += 5_000)
        await boss.insert(
          queue,
          Array.from({ length: Math.min(5_000, ticks - from + 1) }, (_, index) => ({
            singletonKey: `validation/${String(from + index)}`,
            data: { key: from + index },
          })),
        );
    const bare = await drain(boss, "bare", () => Promise.resolve());
    const parts = await partsOf(database);
    const ours = await drain(boss, "tick", (ids) => tick(parts, ids));
    const { rows } = await database.client.query<{ count: string }>("select count(*) from audit");
    if (Number(rows[0]?.count) < ticks) throw new Error("transitions are missing");
    const rate = ticks / (ours / 1_000);
    print(
      `  ${ticks.toLocaleString("en-US")} ticks in batches of ${String(BATCH)}, each with its transition, audit ` +
        `row and intent durable: ${Math.round(rate).toLocaleString("en-US")}/s; bare pg-boss ` +
        `${Math.round(ticks / (bare / 1_000)).toLocaleString("en-US")}/s`,
    );
    print(
      `  extrapolated, not measured: ${GOAL.toLocaleString("en-US")} operations in ${(GOAL / rate / 60).toFixed(1)} min (goal 60)`,
    );
    return [ratioLine("tick / bare fetch and complete, in time", ours / bare, 2)];
  } finally {
    await boss.stop({ graceful: false, close: true });
    await database.close();
  }
}

/** Places each machine, as the tick asks where it stands. */
const placeEach = (tx: Tx, ids: readonly number[]): Promise<unknown> =>
  tx.insert(
    "placements",
    ids.map((id) => placementRow(id, { node_name: `node-${String(id)}` })),
  );

async function drain(boss: PgBoss, queue: string, work: (ids: number[]) => Promise<void>): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const jobs = await boss.fetch<{ key: number }>(queue, { batchSize: BATCH });
    if (jobs.length === 0) return performance.now() - begun;
    await work(jobs.map(({ data }) => data.key));
    await boss.complete(
      queue,
      jobs.map(({ id }) => id),
    );
  }
}

async function partsOf({ store }: BenchDatabase): Promise<RunnerParts> {
  const queue: Queue = {
    send: () => Promise.resolve(),
    consume: () => Promise.reject(new Error("not used")),
    trouble: () => undefined,
    close: () => Promise.resolve(),
  };
  const reader = inlineReader(() => undefined);
  const clusters = {
    schema: "slipway/clusters@1" as const,
    clusters: {},
    vendors: {},
    healthOwner: "hwh",
    checkOwners: {},
    breaker: { share: 0.25, atLeast: 5 },
    blastRadius: {
      bannedShare: 1,
      bootsPerSecond: 1_000,
      bootingShare: 1,
      byHandPerHour: 1,
      newSettingShare: 1,
      testingShare: 1,
    },
    keepEvidenceDays: 180,
  };
  return {
    store,
    queue,
    blobs: memoryBlobs(),
    clock: systemClock,
    fleet: {
      lanes: [],
      clusters,
      expectations: { resolve: () => ({ expect: {}, sources: {} }) },
      lane: () => undefined,
      segmentOf: () => null,
      ownerOf: () => "hwh",
      ownerOfCheck: () => "hwh",
      precedence: { schema: "slipway/precedence@1", default: { sources: ["*"], owner: "fleet" }, fields: {} },
      capabilities: new Map(),
    },
    judging: () => Promise.resolve(judgingSet({ checks: new Map(), digests: {} }, reader)),
    steps: await loadSteps(),
    reader,
    adapters: new Map(),
    worker: { id: "bench", host: "bench", pid: process.pid, release: "0" },
    limits: DEFAULT_LIMITS,
    emit: () => undefined,
  };
}
