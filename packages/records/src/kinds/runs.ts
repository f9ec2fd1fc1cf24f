import type { RunRow } from "@slipway/stats";
import type { RecordKind } from "./kind.ts";
import { numberText, present, labelWriter } from "./present.ts";

const OWN = ["attempt_id", "run_index", "failed_checks", "result", "node_hours"];
const writtenLabels = labelWriter(OWN);

/** Passes over the required checks. Without a result a run failed when a check did. */
export const runsKind: RecordKind<RunRow> = {
  name: "runs",
  required: ["attempt_id", "run_index", "failed_checks"],
  columns: {
    attempt_id: "text",
    run_index: "whole",
    failed_checks: "list",
    result: "text",
    node_hours: "number",
    node_id: "text",
  },
  open(columns) {
    const attemptId = columns.must("attempt_id", columns.text("attempt_id"));
    const runIndex = columns.must("run_index", columns.whole("run_index", 1));
    const failedChecks = columns.list("failed_checks");
    const result = columns.oneOf("result", ["pass", "fail", "inconclusive"]);
    const nodeHours = columns.number("node_hours");
    const labels = columns.labels(OWN);
    return () => {
      const failed = failedChecks();
      const said = result();
      if (said === "fail" && failed.length === 0)
        throw columns.error("failed_checks", "is empty, and the result is fail");
      if (said !== null && said !== "fail" && failed.length > 0)
        throw columns.error("result", `is ${said}, and ${failed.join(", ")} failed`);
      return {
        attemptId: attemptId(),
        runIndex: runIndex(),
        result: said ?? (failed.length > 0 ? "fail" : "pass"),
        failedChecks: failed,
        nodeHours: nodeHours(),
        labels: labels(),
      };
    };
  },
  write: ({ attemptId, runIndex, result, failedChecks, nodeHours, labels }) =>
    present({
      attempt_id: attemptId,
      run_index: String(runIndex),
      failed_checks: failedChecks.join(";"),
      result,
      node_hours: numberText(nodeHours),
      ...writtenLabels(labels),
    }),
};
