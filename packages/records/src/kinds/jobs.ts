import type { Labels } from "@slipway/stats";
import { instantText } from "./instant.ts";
import type { RecordKind } from "./kind.ts";
import { present, labelWriter } from "./present.ts";

const OWN = ["job_id", "node_id", "start", "end", "state"];
const writtenLabels = labelWriter(OWN);

/** One job on one node, as schedulers tell it (settled.md E). Times are milliseconds since 1970. */
export interface JobRow {
  readonly jobId: string;
  readonly node: string;
  readonly start: number;
  /** Null while it runs. */
  readonly end: number | null;
  /** The scheduler's own word, such as `FAILED`. */
  readonly state: string;
  readonly labels: Labels;
}

export const jobsKind: RecordKind<JobRow> = {
  name: "jobs",
  required: ["job_id", "node_id", "start", "end", "state"],
  columns: { job_id: "text", node_id: "text", start: "instant", end: "instant", state: "text" },
  open(columns) {
    const jobId = columns.must("job_id", columns.text("job_id"));
    const node = columns.must("node_id", columns.text("node_id"));
    const start = columns.must("start", columns.instant("start"));
    const end = columns.instant("end");
    const state = columns.must("state", columns.text("state"));
    const labels = columns.labels(OWN);
    return () => {
      const row = { jobId: jobId(), node: node(), start: start(), end: end(), state: state(), labels: labels() };
      if (row.end !== null && row.end < row.start) throw columns.error("end", "is before the start");
      return row;
    };
  },
  write: ({ jobId, node, start, end, state, labels }) =>
    present({
      job_id: jobId,
      node_id: node,
      start: instantText(start),
      end: end === null ? null : instantText(end),
      state,
      ...writtenLabels(labels),
    }),
};
