import type { TableRow } from "@slipway/stats";
import type { RecordKind } from "./kind.ts";
import { numberText, present } from "./present.ts";

/** Runs counted already: how many came to each, and how many failed there first. */
export const valueTableKind: RecordKind<TableRow> = {
  name: "value-table",
  required: ["run_index", "reached", "first_failures", "node_hours_per_run"],
  columns: { run_index: "whole", reached: "whole", first_failures: "whole", node_hours_per_run: "number" },
  open(columns) {
    const run = columns.must("run_index", columns.whole("run_index", 1));
    const reached = columns.must("reached", columns.whole("reached", 0));
    const firstFailures = columns.must("first_failures", columns.whole("first_failures", 0));
    const nodeHoursPerRun = columns.number("node_hours_per_run");
    const seen = new Set<number>();
    return () => {
      const row = {
        run: run(),
        reached: reached(),
        firstFailures: firstFailures(),
        nodeHoursPerRun: nodeHoursPerRun(),
      };
      if (row.firstFailures > row.reached)
        throw columns.error(
          "first_failures",
          `is ${String(row.firstFailures)}, and ${String(row.reached)} reached the run`,
        );
      if (seen.has(row.run)) throw columns.error("run_index", `${String(row.run)} is there twice`);
      seen.add(row.run);
      return row;
    };
  },
  write: ({ run, reached, firstFailures, nodeHoursPerRun }) =>
    present({
      run_index: String(run),
      reached: String(reached),
      first_failures: String(firstFailures),
      node_hours_per_run: numberText(nodeHoursPerRun),
    }),
};
