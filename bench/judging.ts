// Judging against reading and parsing the same files, on one core, in one run.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { FAULTS, synthesize, toBundleFiles } from "@slipway/synth";
import { size } from "./database.ts";
import { median, print, ratioLine, type BenchResult } from "./report.ts";

/** What one measured process says of itself. */
interface Side {
  readonly seconds: number;
  readonly bytes: number;
  readonly peakMiB: number;
}

const SMALL = 1_000;
const LARGE = size("SLIPWAY_BENCH_BUNDLES", 10_000);
const ROUNDS = 3;

/** Every tenth bundle has a fault, so that findings are made and not only passes. */
function writeBundles(home: string, count: number): void {
  const faults = Object.keys(FAULTS).filter(
    (name) => FAULTS[name]?.profiles.includes("gb300") === true && FAULTS[name]?.needs === undefined,
  );
  for (let index = 0; index < count; index += 1) {
    const fault = index % 10 === 0 ? [faults[(index / 10) % faults.length] ?? ""] : [];
    const dir = join(home, String(index).padStart(6, "0"));
    mkdirSync(dir);
    for (const [name, text] of Object.entries(
      toBundleFiles(synthesize({ seed: index, index: index % 18, faults: fault })),
    ))
      writeFileSync(join(dir, name), text);
  }
}

/** Runs one side in a process of its own on one core. */
function measure(side: "judge" | "threads" | "parse", home: string, count: number): Side {
  const args = [...process.execArgv, join(import.meta.dirname, "judging-side.ts"), side, home, String(count)];
  const pin = availableParallelism() > 1 && spawnSync("taskset", ["-V"]).status === 0;
  const run = pin
    ? spawnSync("taskset", ["-c", "0", process.execPath, ...args], { encoding: "utf8" })
    : spawnSync(process.execPath, args, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`the ${side} side failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as Side;
}

export function benchJudging(): BenchResult[] {
  const home = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    writeBundles(home, LARGE);
    measure("parse", home, LARGE); // fills the page cache for both sides
    const rounds = Array.from({ length: ROUNDS }, () => ({
      parse: measure("parse", home, LARGE),
      judge: measure("judge", home, LARGE),
    }));
    const threads = Array.from({ length: ROUNDS }, () => measure("threads", home, LARGE).seconds);
    const small = Array.from({ length: ROUNDS }, () => measure("judge", home, SMALL));
    const seconds = (side: "parse" | "judge"): number => median(rounds.map((round) => round[side].seconds));
    const bytes = rounds[0]?.parse.bytes ?? 0;
    const peaks = {
      large: median(rounds.map((round) => round.judge.peakMiB)),
      small: median(small.map((side) => side.peakMiB)),
    };
    print(
      `${String(LARGE)} bundles, ${(bytes / 2 ** 20).toFixed(0)} MiB of evidence, one core, median of ${String(ROUNDS)}`,
    );
    print(`  reading and parsing alone (JSON.parse, saxes, split into lines): ${seconds("parse").toFixed(2)} s`);
    print(
      `  judging by all checks: ${seconds("judge").toFixed(2)} s, ${(LARGE / seconds("judge")).toFixed(0)} bundles/s`,
    );
    print(
      `  the same in the worker's threads, on the same core: ${median(threads).toFixed(2)} s, ${(LARGE / median(threads)).toFixed(0)} bundles/s`,
    );
    print(
      `  peak memory: ${peaks.small.toFixed(0)} MiB at ${String(SMALL)} bundles, ${peaks.large.toFixed(0)} MiB at ${String(LARGE)}`,
    );
    return [
      ratioLine("judging in threads / judging in line", median(threads) / seconds("judge"), 2),
      ratioLine("judging / reading and parsing the same files", seconds("judge") / seconds("parse"), 3),
      ratioLine(`peak memory at ${String(LARGE)} / at ${String(SMALL)} bundles`, peaks.large / peaks.small, 1.2),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
