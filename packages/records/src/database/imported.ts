import type { EventRow, RunRow } from "@slipway/stats";
import type { Tx } from "@slipway/store";
import { attemptsKind, eventsKind, runsKind } from "../kinds/index.ts";
import { readObject } from "../read-records.ts";
import type { Machines } from "./machines.ts";

/** What was noted beside a row when it was taken in, and is no column of it. */
const NOTED = "imported_at";

/** Events from before Slipway, by the machine that their node means. */
export async function importedEvents(tx: Tx, machines: Machines): Promise<EventRow[]> {
  const rows = await tx.find("imported_events", { orderBy: ["event_id", "revision"] });
  return rows.map(({ event_id, machine, serial, body }) => {
    const { [NOTED]: _, ...columns } = body;
    const row = readObject(eventsKind, `imported event ${event_id}`, columns);
    const node = machines.nameOf(machine, serial) ?? row.node;
    // What the file does not say of a machine that is known, the machine does.
    return { ...row, node, labels: { ...machines.labelsOf(node), ...row.labels } };
  });
}

/** Runs of validations from before Slipway. One of which only the outcome is known has no runs, and is not among them. */
export async function importedRuns(tx: Tx, machines: Machines): Promise<RunRow[]> {
  const rows = await tx.find("imported_attempts", { orderBy: ["attempt_id"] });
  return rows.flatMap(({ attempt_id, machine, serial, body, runs }) => {
    const node = machines.nameOf(machine, serial);
    const known = readObject(attemptsKind, `imported attempt ${attempt_id}`, {
      first_failed_run: null,
      runs_executed: 0,
      ...body,
    }).labels;
    return runs.map((run) => {
      const row = readObject(runsKind, `imported run of ${attempt_id}`, run);
      return {
        ...row,
        labels: {
          ...machines.labelsOf(node ?? ""),
          ...known,
          ...row.labels,
          ...(node === null ? {} : { node_id: node }),
        },
      };
    });
  });
}
