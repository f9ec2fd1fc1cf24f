import type { Attempt } from "../src/model.ts";
import { simulate, type SimulationAnswer, type SimulationQuestion } from "../src/simulate/simulate.ts";

let made = 0;

/** An attempt of twelve runs that passes all, or first fails one. */
export const attempt = (firstFailedRun: number | null, rest: Partial<Attempt> = {}): Attempt => ({
  attemptId: `a${String((made += 1))}`,
  labels: { vendor: "oci", cluster: "c1" },
  firstFailedRun,
  failedChecks: firstFailedRun === null ? [] : ["dcdiag"],
  runsExecuted: firstFailedRun ?? 12,
  nodeHours: Array.from({ length: firstFailedRun ?? 12 }, () => 2),
  reban: null,
  canaryProbability: null,
  admittedAsCanary: false,
  ...rest,
});

/** What the simulation of ten passes answers of attempts. */
export const ask = (attempts: readonly Attempt[], rest: Partial<SimulationQuestion> = {}): SimulationAnswer[] =>
  simulate({ attempts, of: 12, passes: [10], windowDays: 30, endpoint: "hardware", asOf: null, ...rest });
