import { startWorker, type Worker } from "@slipway/reconciler";
import { canaryPlanningKind } from "../canary/planning.ts";
import { parkDeadly } from "./act-outcome.ts";
import { carrierOf, readAct, runAct } from "./act.ts";
import { validationKind } from "./kind.ts";
import type { RunnerParts } from "../worker/parts.ts";
import { coversOf } from "../worker/routing.ts";

export type Runner = Worker;

/**
 * Starts a worker: it takes the steps that are due, and carries out acts. Any number of workers share
 * one store and queue; each may be killed at any point.
 */
export function startRunner(parts: RunnerParts): Promise<Runner> {
  const carrier = carrierOf(parts);
  const covers = coversOf(parts);
  return startWorker(
    { ...parts, kinds: [validationKind(parts), canaryPlanningKind(parts)], covers: () => covers },
    {
      run: (key, signal) => runAct(parts, key, carrier, signal),
      async park(key) {
        const act = await readAct(parts, key);
        if (act !== undefined) await parkDeadly(act);
      },
    },
  );
}
