import { Worker } from "node:worker_threads";
import type { SeedReport } from "./seed.ts";
import { nothingStruck } from "./faults.ts";
import type { Task } from "./seed-worker.ts";

/** A seed leaves much garbage and keeps little. */
const YOUNG_MB = 128;
/** Seeds of one thread: what a thread still holds of ended worlds goes with it, and its heap stays small and quick. */
const SEEDS_A_THREAD = 50;

/**
 * Runs seeds in worker threads, each thread one after the other.
 *
 * @param onReport hears of each seed when it is done, in whatever order
 */
export async function runSeeds(
  seeds: readonly number[],
  options: { readonly workers: number; readonly postgres: boolean; readonly onReport: (report: SeedReport) => void },
): Promise<void> {
  const left = [...seeds];
  await Promise.all(Array.from({ length: Math.min(options.workers, seeds.length) }, () => work(left, options)));
}

async function work(
  left: number[],
  options: { readonly postgres: boolean; readonly onReport: (report: SeedReport) => void },
): Promise<void> {
  while (left.length > 0) {
    const worker = new Worker(new URL("./seed-worker.ts", import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    for (let ran = 0; ran < SEEDS_A_THREAD; ran += 1) {
      const seed = left.shift();
      if (seed === undefined) break;
      const report = await ask(worker, { seed, postgres: options.postgres });
      options.onReport(report);
      // A thread that threw is gone; the seeds left over get another.
      if (report.died) break;
    }
    await worker.terminate();
  }
}

/** A thread that throws instead of answering has found something as well. */
function ask(worker: Worker, task: Task): Promise<SeedReport & { readonly died?: boolean }> {
  return new Promise((resolve) => {
    const answered = (report: SeedReport): void => {
      worker.off("error", threw);
      resolve(report);
    };
    const threw = (error: unknown): void => {
      worker.off("message", answered);
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
      resolve({
        seed: task.seed,
        violations: [`a process threw: ${said}`],
        struck: nothingStruck(),
        machines: 0,
        passes: 0,
        releases: 0,
        bans: 0,
        ms: 0,
        died: true,
      });
    };
    worker.once("message", answered);
    worker.once("error", threw);
    worker.postMessage(task);
  });
}
