import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { size } from "./database.ts";
import { print, ratioLine, type BenchResult } from "./report.ts";

interface Part {
  readonly ms: number;
  readonly calls: number;
}

/** What the worker prints. */
interface Answer {
  readonly seconds: number;
  readonly passes: number;
  readonly results: number;
  readonly twelve: number;
  readonly rowBytes: number;
  readonly evidenceBytes: number;
  readonly peakMiB: number;
  readonly parts: Readonly<Record<"exec" | "judge" | "keep" | "transaction", Part>>;
}

/** A worker's memory goal, in MiB. */
const MEMORY = 500;
const GOAL_NODES = 100_000;

/**
 * New machines through the slow path of 12, by the runner over PostgreSQL: the lab's text, every
 * check, evidence kept. `SLIPWAY_BENCH_END_TO_END` says of how many nodes; 2,000 is the full run.
 */
export async function benchEndToEnd(): Promise<BenchResult[]> {
  const nodes = size("SLIPWAY_BENCH_END_TO_END", 200);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL("end-to-end-worker.ts", import.meta.url)), String(nodes)],
    { maxBuffer: 2 ** 24 },
  );
  const { seconds, passes, results, twelve, rowBytes, evidenceBytes, peakMiB, parts } = JSON.parse(stdout) as Answer;
  const rate = passes / seconds;
  const each = ({ ms }: Part): string => (ms / passes).toFixed(2);
  print(
    `  ${nodes.toLocaleString("en-US")} nodes, ${passes.toLocaleString("en-US")} passes of all checks, ` +
      `${twelve.toLocaleString("en-US")} machines through all 12: ${seconds.toFixed(1)} s, ${rate.toFixed(0)} ` +
      "passes/s",
  );
  print(
    `  ms of a pass: the lab's text ${each(parts.exec)}, judging ${each(parts.judge)} (evidence that comes again ` +
      `byte for byte is judged once); waited for, overlapping: hash, compress and keep ${each(parts.keep)}, ` +
      `PostgreSQL ${each(parts.transaction)} in ${(parts.transaction.calls / passes).toFixed(1)} transactions`,
  );
  print(
    `  bytes: ${(rowBytes / results).toFixed(0)} of rows and ${(evidenceBytes / results).toFixed(0)} of evidence a result`,
  );
  print(
    `  extrapolated, not measured: ${GOAL_NODES.toLocaleString("en-US")} nodes × 12 in ${((GOAL_NODES * 12) / rate / 3_600).toFixed(1)} h by one worker`,
  );
  return [
    ratioLine(`peak memory of the worker, ${peakMiB.toFixed(0)} MiB / ${String(MEMORY)} MiB`, peakMiB / MEMORY, 1),
  ];
}
