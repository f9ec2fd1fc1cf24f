import { actsOf, startWorker, type ActRunner, type Worker } from "@slipway/reconciler";
import { engineOf } from "./kinds.ts";
import { parkVendorAct, runVendorAct } from "./validation/act.ts";
import type { RunnerParts } from "./worker/parts.ts";

export type Runner = Worker;

/**
 * Starts a worker: it takes the steps that are due, and carries out acts. Any number of workers share
 * one store and queue; each may be killed at any point.
 */
export function startRunner(parts: RunnerParts): Promise<Runner> {
  const engine = engineOf(parts);
  const acts = actsOf(engine);
  const vendorActs: ActRunner = {
    run: (key, signal) => runVendorAct(parts, key, signal),
    park: (key) => parkVendorAct(parts, key),
  };
  const runnerOf = (key: string): ActRunner => (/^(ban|release)\//.test(key) ? vendorActs : acts);
  return startWorker(engine, {
    run: (key, signal) => runnerOf(key).run(key, signal),
    park: (key) => runnerOf(key).park(key),
  });
}
