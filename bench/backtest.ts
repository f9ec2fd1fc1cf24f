// Stored evidence judged on both sides of a change, against JSON.parse of the same bytes, in one run.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Change, CheckFile, Side } from "@slipway/backtest";
import { fileBlobs } from "@slipway/store/blobs";
import { FAULTS, synthesize } from "@slipway/synth";
import { buildChecks } from "../apps/server/src/builds.ts";
import type { StoredBundle } from "./backtest-rows.ts";
import { size } from "./database.ts";
import { median, print, ratioLine, type BenchResult } from "./report.ts";

/** What one measured process says of itself. */
interface Measured {
  readonly done: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

const ROUNDS = 3;
/** Memory is compared with that of a run a quarter as long: past the first few hundred bundles it no longer grows. */
const SHORTER = 4;
/** The check that has changed: the one that reads most. */
const CHANGED = "nvl-fabric";
/**
 * CPU of a bundle for that of JSON.parse: expanding, hashing, XML and text parsed by each check for itself as its build
 * brings its own parser, the start of threads, and what they say to each other.
 */
const BOUND = 120;

/**
 * The unit is one bundle with all probes of the lab: expanded, verified by hash, and judged on both sides by every
 * check, of which one has changed. `SLIPWAY_BENCH_BACKTEST` says of how many bundles.
 */
export async function benchBacktest(): Promise<BenchResult[]> {
  const count = size("SLIPWAY_BENCH_BACKTEST", 1_000);
  const home = mkdtempSync(join(tmpdir(), "slipway-bench-backtest-"));
  try {
    const bytes = await writeEvidence(home, count);
    const threads = availableParallelism();
    measure("backtest", home, count, threads); // fills the page cache
    const rounds = Array.from({ length: ROUNDS }, () => ({
      parse: measure("parse", home, count, 1),
      ours: measure("backtest", home, count, threads),
    }));
    const small = Array.from({ length: ROUNDS }, () => measure("backtest", home, Math.ceil(count / SHORTER), threads));
    const parse = median(rounds.map(({ parse: { cpuSeconds } }) => cpuSeconds));
    const ours = median(rounds.map(({ ours: { cpuSeconds } }) => cpuSeconds));
    const wall = median(rounds.map(({ ours: { seconds } }) => seconds));
    const peaks = {
      large: median(rounds.map(({ ours: { peakMiB } }) => peakMiB)),
      small: median(small.map(({ peakMiB }) => peakMiB)),
    };
    if (rounds.some(({ ours: { done } }) => done !== count))
      throw new Error(`${String(rounds[0]?.ours.done)} of ${String(count)} bundles were judged`);
    print(
      `${String(count)} bundles of ${(bytes / count / 1024).toFixed(0)} KiB on average, every check, of which one has changed, median of ${String(ROUNDS)}`,
    );
    print(`  JSON.parse of the same bytes: ${parse.toFixed(2)} s of CPU`);
    print(
      `  backtest: ${ours.toFixed(2)} s of CPU, the start of threads included: ${(count / ours).toFixed(0)} ` +
        `bundles/s and core; ${(count / wall).toFixed(0)} bundles/s by ${String(threads)} threads`,
    );
    print(
      `  peak memory: ${peaks.small.toFixed(0)} MiB at ${String(Math.ceil(count / SHORTER))} bundles, ${peaks.large.toFixed(0)} MiB at ${String(count)}`,
    );
    return [
      ratioLine("backtest / JSON.parse of the same bytes", ours / parse, BOUND),
      ratioLine(
        `peak memory at ${String(count)} / at ${String(Math.ceil(count / SHORTER))} bundles`,
        peaks.large / peaks.small,
        1.5,
      ),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function measure(side: "backtest" | "parse", home: string, count: number, threads: number): Measured {
  const run = spawnSync(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, "backtest-side.ts"), side, home, String(count), String(threads)],
    { encoding: "utf8", maxBuffer: 2 ** 24 },
  );
  if (run.status !== 0) throw new Error(`the ${side} side failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as Measured;
}

/** Every tenth bundle has a fault, so that findings are made and not only passes. @returns bytes of evidence */
async function writeEvidence(home: string, count: number): Promise<number> {
  const builds = await buildChecks();
  const side = (label: string, changed: string): Side => {
    const checks = builds.map(({ id, version, digest, fileText }): [string, CheckFile] => {
      const name = id === CHANGED ? `${id}-${label}` : id;
      const file = join(home, `${name}.mjs`);
      writeFileSync(file, id === CHANGED ? `${fileText}${changed}` : fileText);
      return [id, { file, version, digest: id === CHANGED ? `${digest}${label}` : digest }];
    });
    return { label, checks: Object.fromEntries(checks), expectations: [], whole: null, lanes: [] };
  };
  const change: Change = {
    kind: "check",
    name: CHANGED,
    before: side("before", ""),
    after: side("after", "\n// changed\n"),
    made: [],
  };
  writeFileSync(join(home, "change.json"), JSON.stringify(change));
  const blobs = fileBlobs(join(home, "blobs"), { sync: false });
  const faults = Object.keys(FAULTS).filter(
    (name) => FAULTS[name]?.profiles.includes("gb300") === true && FAULTS[name]?.needs === undefined,
  );
  let bytes = 0;
  for (let index = 0; index < count; index += 1) {
    const { captures, expect } = synthesize({
      seed: index,
      index: index % 18,
      faults: index % 10 === 0 ? [faults[(index / 10) % faults.length] ?? ""] : [],
    });
    const evidence: Record<string, StoredBundle["evidence"][string]> = {};
    for (const [probe, { stdout, stderr, ...record }] of Object.entries(captures)) {
      const [out = "", err = ""] = await blobs.put([Buffer.from(stdout), Buffer.from(stderr)]);
      bytes += Buffer.byteLength(stdout) + Buffer.byteLength(stderr);
      evidence[probe] = {
        record: { ...record },
        out: record.startError === null ? out : null,
        err: stderr === "" ? null : err,
        size: stdout.length,
      };
    }
    const [expectations = ""] = await blobs.put([Buffer.from(JSON.stringify(expect))]);
    appendFileSync(
      join(home, "bundles.jsonl"),
      `${JSON.stringify({ evidence, expectations, checks: builds.map(({ id }) => id) } satisfies StoredBundle)}\n`,
    );
  }
  return bytes;
}
