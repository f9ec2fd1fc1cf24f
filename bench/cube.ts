import { foldColumns, thresholds } from "@slipway/stats";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CELLS, CHECKS, firstAttempts, makeCubeData, type CubeData } from "./cube-data.ts";
import { duckDbFolds, duckDbOf, type DuckDb } from "./cube-duckdb.ts";
import { answersOf, build, fold } from "./cube-ours.ts";
import { inTurn, timed, timedEach, timePeer, type PeerTimes } from "./cube-peer.ts";
import { POSTGRES_FOLDS, postgresOf } from "./cube-postgres.ts";
import { benchDatabase, size } from "./database.ts";
import { median, print, ratioLine, type BenchResult } from "./report.ts";

const MEGABYTE = 1e6;

/**
 * The columnar engine against DuckDB with two threads and against PostgreSQL, over the same runs in one process: fold,
 * cube, all thresholds, all thresholds with any check dropped. What they answer is compared row for row first.
 */
export async function benchCube(): Promise<BenchResult[]> {
  const data = makeCubeData(size("SLIPWAY_BENCH_CUBE", 10_000_000));
  const ours = await timeOurs(data);
  const duckDb = await duckDbOf(data);
  try {
    const theirs = await timePeer(duckDb, duckDbFolds("runs"), answersOf(data));
    print(`  DuckDB, 2 threads, in memory: ${times(theirs)}`);
    await fromParquet(duckDb, data);
    const results = [
      ratioLine("fold / DuckDB's best GROUP BY", ours.fold / theirs.fold, 1 / 8),
      ratioLine("all thresholds / DuckDB's of its own cube", ours.slider / theirs.slider, 1),
      ratioLine("all thresholds with any check dropped / DuckDB's of its own cube", ours.dropped / theirs.dropped, 1),
      ratioLine("the cube's bytes / 16 MB", ours.bytes / (16 * MEGABYTE), 1),
    ];
    return [...results, ...(await againstPostgres(data, ours))];
  } finally {
    duckDb.close();
  }
}

interface OurTimes extends PeerTimes {
  readonly bytes: number;
}

async function timeOurs(data: CubeData): Promise<OurTimes> {
  const folded = await timed(15, () => fold(data));
  const columns = { ...fold(data), ...data.facts };
  const built = await timed(5, () => build(columns));
  const cube = build(columns);
  const slider = await timed(200, () => thresholds(cube));
  let move = 0;
  const drops = await timedEach(10 * CHECKS, () => thresholds(cube, { drop: 1 << (move++ % CHECKS) }));
  const dropped = median(drops);
  const ours = { fold: folded, cube: built, slider, dropped, bytes: cube.byteLength };
  print(
    `  ${count(data.runs.attempt.length)} runs of ${count(data.attempts)} attempts, ${String(CHECKS)} checks, ` +
      `${String(CELLS)} cells: ${count(cube.tallies.rows)} rows of the cube, ${count(cube.masks.length)} sets of ` +
      `checks, ${(cube.byteLength / MEGABYTE).toFixed(1)} MB (goal 16)`,
  );
  print(
    `  typed arrays, 1 thread: ${times(ours)} (goals of the slider: 1 ms, and 16 ms with a check dropped; 95 of ` +
      `100 such moves within ${ms(drops.sort((a, b) => a - b)[Math.floor(drops.length * 0.95)] ?? NaN)})`,
  );
  return ours;
}

/** Both from one Parquet file; for us DuckDB reads it, as it does for every import. */
async function fromParquet(duckDb: DuckDb, { runs, attempts }: CubeData): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const file = join(folder, "runs.parquet");
  try {
    await duckDb.run(`copy runs to '${file}' (format parquet)`);
    const ours = await timed(1, async () => foldColumns(await duckDb.readRuns(file, runs.attempt.length), attempts));
    const theirs = Math.min(
      ...(await inTurn(duckDbFolds(`read_parquet('${file}')`), (sql) =>
        timed(1, () => duckDb.run(`create or replace table folded as ${sql}`)),
      )),
    );
    print(
      `  from the same Parquet file of ${(statSync(file).size / MEGABYTE).toFixed(0)} MB: read and fold ${ms(ours)}, DuckDB ${ms(theirs)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function againstPostgres(data: CubeData, ours: OurTimes): Promise<BenchResult[]> {
  const rows = size("SLIPWAY_BENCH_CUBE_POSTGRES", 1_000_000);
  const part = firstAttempts(data, rows);
  const database = await benchDatabase();
  try {
    const peer = await postgresOf(database.client, part);
    const theirs = await timePeer(peer, POSTGRES_FOLDS, answersOf(part));
    const share = data.runs.attempt.length / part.runs.attempt.length;
    print(
      `  PostgreSQL over ${count(part.runs.attempt.length)} of these runs: ${times(theirs)}; runs are compared one by one`,
    );
    return [
      ratioLine("fold of a run / PostgreSQL's", ours.fold / (theirs.fold * share), 1 / 8),
      ratioLine("all thresholds / PostgreSQL's of its own smaller cube", ours.slider / theirs.slider, 1),
      ratioLine(
        "all thresholds with any check dropped / PostgreSQL's of its own smaller cube",
        ours.dropped / theirs.dropped,
        1,
      ),
    ];
  } finally {
    await database.close();
  }
}

const count = (value: number): string => value.toLocaleString("en-US");
const ms = (value: number): string => `${value.toFixed(value < 10 ? 3 : 0)} ms`;
const times = ({ fold: folded, cube, slider, dropped }: PeerTimes): string =>
  `fold ${ms(folded)}, cube ${ms(cube)}, all thresholds ${ms(slider)}, with a check dropped ${ms(dropped)}`;
