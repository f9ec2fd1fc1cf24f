import type { EventRow } from "../model.ts";

export interface CleanRows {
  readonly rows: readonly EventRow[];
  readonly duplicateRows: number;
  readonly afterAsOf: number;
}

/** Of each event the highest revision, and of that the latest ingested (S1); then what is not after `asOf` (S2). */
export function cleanRows(events: readonly EventRow[], asOf: number): CleanRows {
  const latest = new Map<string, EventRow>();
  for (const event of events) {
    const known = latest.get(event.eventId);
    if (known === undefined || supersedes(event, known)) latest.set(event.eventId, event);
  }
  const rows = [...latest.values()].filter(({ ts }) => ts <= asOf);
  return { rows, duplicateRows: events.length - latest.size, afterAsOf: latest.size - rows.length };
}

/** The time of the last event that no later revision replaced: of later times the rows say nothing. Of none there is none. */
export const lastEvent = (events: readonly EventRow[]): number =>
  cleanRows(events, Infinity).rows.reduce((last, { ts }) => Math.max(last, ts), -Infinity);

function supersedes(event: EventRow, known: EventRow): boolean {
  if (event.revision !== known.revision) return event.revision > known.revision;
  const [own, other] = [event.ingestedTs ?? -Infinity, known.ingestedTs ?? -Infinity];
  // Rows that differ in nothing else are told apart by their content, so that their order in the file decides nothing.
  return own === other ? contentOf(event) > contentOf(known) : own > other;
}

const contentOf = ({ type, node, cluster, ts, cause, labels, attemptId }: EventRow): string =>
  JSON.stringify([
    ts,
    type,
    node,
    cluster,
    cause,
    attemptId,
    Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
