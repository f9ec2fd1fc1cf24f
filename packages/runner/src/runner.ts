import { actsOf, startWorker, type Worker } from "@slipway/reconciler";
import { engineOf } from "./kinds.ts";
import type { RunnerParts } from "./worker/parts.ts";

export type Runner = Worker;

/**
 * Starts a worker: it takes the steps that are due, and carries out acts. Any number of workers share
 * one store and queue; each may be killed at any point.
 */
export function startRunner(parts: RunnerParts): Promise<Runner> {
  const engine = engineOf(parts);
  return startWorker(engine, actsOf(engine));
}
