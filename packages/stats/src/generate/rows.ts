import type { EventRow, RunRow } from "../model.ts";
import { DAYS, HOURS_PER_RUN, workloadBansPerDay, type Variant } from "./cells.ts";
import { DAY_MS, HISTORY_START, type GeneratedCell } from "./fleet.ts";
import { random } from "./random.ts";

/** The time until which a generated history is known. */
export const AS_OF = HISTORY_START + DAYS * DAY_MS;
const LIFTED_AFTER_MS = 3_600_000;

/** The runs of a generated cell's attempts, as a runs file has them. */
export function runsOf({ attempts }: GeneratedCell): RunRow[] {
  return attempts.flatMap(({ attemptId, labels, firstFailedRun, failedChecks, runsExecuted, afterFailure = [] }) =>
    Array.from({ length: runsExecuted }, (_, at): RunRow => {
      const run = at + 1;
      const failed =
        run === firstFailedRun ? failedChecks : (afterFailure.find((each) => each.run === run)?.failedChecks ?? []);
      return {
        attemptId,
        runIndex: run,
        result: failed.length > 0 ? "fail" : "pass",
        failedChecks: failed,
        nodeHours: HOURS_PER_RUN,
        labels,
      };
    }),
  );
}

/**
 * The events of a generated cell, as an events file has them: admissions, the bans that end them, moves as leaves, and
 * workload bans that are lifted after an hour.
 *
 * @param seed of the lifted bans
 */
export function eventsOf({ cell, spells }: GeneratedCell, seed: number, variant: Variant = "base"): EventRow[] {
  const draw = random(seed, cell.cluster, variant, "lifted");
  const { lifted } = workloadBansPerDay(cell, variant);
  const rows: EventRow[] = [];
  for (const { admissionId, node, startedAt, days, cause, labels, attemptId } of spells) {
    const event = (kind: string, type: EventRow["type"], ts: number, rest: Partial<EventRow> = {}): EventRow => ({
      eventId: `${admissionId}-${kind}`,
      revision: 1,
      type,
      node: node ?? "",
      cluster: cell.cluster,
      ts,
      ingestedTs: null,
      cause: null,
      labels,
      attemptId: null,
      ...rest,
    });
    const start = startedAt ?? 0;
    const end = start + Math.round(days * DAY_MS);
    rows.push(event("admit", "admit", start, { attemptId }));
    if (cause !== null) rows.push(event("ban", "ban", end, { cause }));
    else if (end < AS_OF) rows.push(event("leave", "leave", end));
    let at = start;
    for (let each = 1; ; each += 1) {
      at += Math.round((draw.exponential() / lifted) * DAY_MS);
      // A lift that nobody would see before the history or the stay ends would make the ban look like one that stays.
      if (at + LIFTED_AFTER_MS >= end) break;
      rows.push(
        event(`lifted-${String(each)}`, "ban", at, { cause: "workload" }),
        event(`lift-${String(each)}`, "unban", at + LIFTED_AFTER_MS),
      );
    }
  }
  return rows;
}
