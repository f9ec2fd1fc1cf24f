import { parentPort } from "node:worker_threads";
import { runSeed, type SeedReport } from "./seed.ts";

/** What a worker thread is asked for, one at a time. */
export interface Task {
  readonly seed: number;
  readonly postgres: boolean;
}

// A rejection that nobody hears of would be a violation nobody hears of.
process.on("unhandledRejection", (error) => {
  throw error;
});

parentPort?.on("message", ({ seed, postgres }: Task) => {
  void runSeed(seed, { postgres }).then((report: SeedReport) => parentPort?.postMessage(report));
});
