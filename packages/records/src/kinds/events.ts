import { BAN_CAUSES } from "@slipway/domain";
import type { EventRow } from "@slipway/stats";
import { instantText } from "./instant.ts";
import type { RecordKind } from "./kind.ts";
import { present, labelWriter } from "./present.ts";

export type { EventRow };

const OWN = ["event_id", "revision", "event_type", "node_id", "ts", "ingested_ts", "cause", "attempt_id"];
const writtenLabels = labelWriter(OWN);

/** Admissions, leaves, bans and their ends. A ban without a cause is of an unknown one; its cause may be left out, the column not. */
export const eventsKind: RecordKind<EventRow> = {
  name: "events",
  required: ["event_id", "revision", "event_type", "node_id", "cluster_id", "ts"],
  columns: {
    event_id: "text",
    revision: "whole",
    event_type: "text",
    node_id: "text",
    cluster_id: "text",
    ts: "instant",
    ingested_ts: "instant",
    cause: "text",
    attempt_id: "text",
  },
  open(columns) {
    const eventId = columns.must("event_id", columns.text("event_id"));
    const revision = columns.must("revision", columns.whole("revision", 0));
    const type = columns.must("event_type", columns.oneOf("event_type", ["admit", "leave", "ban", "unban"]));
    const node = columns.must("node_id", columns.text("node_id"));
    const cluster = columns.text("cluster_id");
    const ts = columns.must("ts", columns.instant("ts"));
    const ingestedTs = columns.instant("ingested_ts");
    const cause = columns.oneOf("cause", BAN_CAUSES);
    const attemptId = columns.text("attempt_id");
    const labels = columns.labels(OWN);
    return () => {
      const what = type();
      const why = cause();
      if (what === "ban" && !columns.has("cause"))
        throw columns.error("cause", "a ban has one, and the file has no such column");
      return {
        eventId: eventId(),
        revision: revision(),
        type: what,
        node: node(),
        cluster: cluster() ?? "",
        ts: ts(),
        ingestedTs: ingestedTs(),
        cause: what === "ban" ? (why ?? "unknown") : null,
        labels: labels(),
        attemptId: attemptId(),
      };
    };
  },
  write: ({ eventId, revision, type, node, cluster, ts, ingestedTs, cause, labels, attemptId }) =>
    present({
      event_id: eventId,
      revision: String(revision),
      event_type: type,
      node_id: node,
      cluster_id: cluster,
      ts: instantText(ts),
      ingested_ts: ingestedTs === null ? null : instantText(ingestedTs),
      cause,
      attempt_id: attemptId,
      ...writtenLabels(labels),
    }),
};
