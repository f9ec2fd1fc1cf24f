import type { DataQuality, EventRow, Spell } from "../model.ts";
import { cleanRows } from "./clean-rows.ts";
import { nodeHistory, type HistoryCounters, type Stay } from "./node-history.ts";

export const DAY_MS = 86_400_000;

export interface SessionOptions {
  /** Until when the events are complete, in milliseconds since 1970. */
  readonly asOf: number;
  /** A row goes on through moves and gaps until the node's first terminal ban (A10). */
  readonly followNode?: boolean;
}

export interface Sessions {
  /** By the time of admission, of every entry kind. */
  readonly spells: readonly Spell[];
  readonly quality: DataQuality;
}

/** Makes admissions and what became of them out of events (statistics.md 1.2, S1-S9 with A9, A10); the order of rows decides nothing. */
export function sessionise(events: readonly EventRow[], { asOf, followNode = false }: SessionOptions): Sessions {
  const { rows, duplicateRows, afterAsOf } = cleanRows(events, asOf);
  const nodes = new Map<string, EventRow[]>();
  for (const row of rows) {
    const known = nodes.get(row.node);
    if (known === undefined) nodes.set(row.node, [row]);
    else known.push(row);
  }
  const histories = [...nodes.values()].map((of) => nodeHistory(of, asOf));
  const total = (name: keyof HistoryCounters): number =>
    histories.reduce((sum, { counters }) => sum + counters[name], 0);
  const spells = histories.flatMap(({ stays }) => (followNode ? followed(stays) : stays).map(spellOf));
  return {
    spells: spells.sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || (a.admissionId < b.admissionId ? -1 : 1)),
    quality: {
      duplicate_rows: duplicateRows,
      coalesced_bans: total("coalesced_bans"),
      skew_clamped: total("skew_clamped"),
      orphan_bans: total("orphan_bans"),
      duplicate_admits: total("duplicate_admits"),
      implicit_leaves: total("implicit_leaves"),
      after_as_of: afterAsOf,
    },
  };
}

/** Stays up to a terminal ban as one, of the first one's admission (A10). */
function followed(stays: readonly Stay[]): Stay[] {
  const rows: Stay[] = [];
  let before: Stay | undefined;
  for (const stay of stays) {
    if (before?.cause !== null) rows.push(stay);
    else rows.push({ ...stay, admit: (rows.pop() ?? stay).admit });
    before = stay;
  }
  return rows;
}

const spellOf = ({ admit, end, cause }: Stay): Spell => ({
  admissionId: admit.eventId,
  days: (end - admit.ts) / DAY_MS,
  cause,
  enteredDays: 0,
  labels: { ...admit.labels, cluster: admit.cluster },
  node: admit.node,
  startedAt: admit.ts,
  attemptId: admit.attemptId,
});
