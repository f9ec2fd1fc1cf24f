import type { Attempt } from "@slipway/stats";
import type { RecordKind } from "./kind.ts";
import { numberText, present, labelWriter } from "./present.ts";

const OWN = [
  "attempt_id",
  "first_failed_run",
  "runs_executed",
  "node_hours_per_run",
  "reban",
  "canary_probability",
  "admitted_as_canary",
  "failed_checks",
];
const writtenLabels = labelWriter(OWN);

/** Validations, each with its first failing run. Hours are one figure for all runs of an attempt. */
export const attemptsKind: RecordKind<Attempt> = {
  name: "attempts",
  required: ["attempt_id", "first_failed_run", "runs_executed"],
  columns: {
    attempt_id: "text",
    vendor: "text",
    cluster_id: "text",
    first_failed_run: "whole",
    runs_executed: "whole",
    node_hours_per_run: "number",
    reban: "flag",
    canary_probability: "number",
    admitted_as_canary: "flag",
    failed_checks: "list",
  },
  open(columns) {
    const attemptId = columns.must("attempt_id", columns.text("attempt_id"));
    const firstFailedRun = columns.whole("first_failed_run", 1);
    const runsExecuted = columns.must("runs_executed", columns.whole("runs_executed", 0));
    const perRun = columns.number("node_hours_per_run");
    const reban = columns.flag("reban");
    const canaryProbability = columns.number("canary_probability", 1);
    const admittedAsCanary = columns.flag("admitted_as_canary");
    const failedChecks = columns.list("failed_checks");
    const labels = columns.labels(OWN);
    const hours = sharedHours();
    const seen = new Set<string>();
    return () => {
      const id = attemptId();
      if (seen.has(id)) throw columns.error("attempt_id", `${JSON.stringify(id)} is there twice`);
      seen.add(id);
      const failed = firstFailedRun();
      const executed = runsExecuted();
      const perEach = perRun();
      if (failed !== null && failed > executed)
        throw columns.error("first_failed_run", `is ${String(failed)}, and ${String(executed)} runs were made`);
      if (executed > MOST_RUNS)
        throw columns.error("runs_executed", `is ${String(executed)}, more than ${String(MOST_RUNS)}`);
      return {
        attemptId: id,
        labels: labels(),
        firstFailedRun: failed,
        failedChecks: failedChecks(),
        runsExecuted: executed,
        nodeHours: perEach === null ? null : hours(executed, perEach),
        reban: reban(),
        canaryProbability: canaryProbability(),
        admittedAsCanary: admittedAsCanary() ?? false,
      };
    };
  },
  write: ({
    attemptId,
    labels,
    firstFailedRun,
    failedChecks,
    runsExecuted,
    nodeHours,
    reban,
    canaryProbability,
    admittedAsCanary,
  }) =>
    present({
      attempt_id: attemptId,
      first_failed_run: numberText(firstFailedRun),
      runs_executed: String(runsExecuted),
      node_hours_per_run: nodeHours === null || runsExecuted === 0 ? null : numberText(mean(nodeHours, runsExecuted)),
      reban: reban === null ? null : String(reban),
      canary_probability: numberText(canaryProbability),
      admitted_as_canary: admittedAsCanary ? "true" : null,
      failed_checks: failedChecks.join(";"),
      ...writtenLabels(labels),
    }),
};

/** Hours a run, those of tries included; what is the same for each run stays exactly that. Null where those of a run are not known. */
function mean(hours: readonly (number | null)[], runs: number): number | null {
  const known = hours.filter((each) => each !== null);
  if (known.length < hours.length) return null;
  return known.length === runs && known.every((each) => each === known[0])
    ? (known[0] ?? null)
    : known.reduce((sum, each) => sum + each, 0) / runs;
}

/** As many as a lane may ask for, and their tries. */
const MOST_RUNS = 10_000;

/** Arrays of equal hours, one for all attempts alike. */
function sharedHours(): (runs: number, each: number) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (runs, each) => {
    const key = `${String(runs)}/${String(each)}`;
    const hours = known.get(key) ?? Array.from({ length: runs }, () => each);
    if (known.size < 10_000) known.set(key, hours);
    return hours;
  };
}
