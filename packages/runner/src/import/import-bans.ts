import { eventsKind, readRecords, textSource, type EventRow } from "@slipway/records";
import type { Row, Store, Tx } from "@slipway/store";
import { isReclassifiedByHand, putDown } from "../attribution/reclassify.ts";
import type { Fleet } from "@slipway/fleet";
import { insertBan } from "../bans/insert-ban.ts";
import { liftBan } from "../bans/lift-bans.ts";
import { ChangeSet } from "@slipway/reconciler";
import { machinesNamed } from "@slipway/nodes";

export interface BanImport {
  readonly banned: number;
  readonly lifted: number;
  /** Sent again at a higher revision, with another cause. */
  readonly reclassified: number;
  /** Sent before. */
  readonly known: number;
  /** Rows whose node is no known machine. */
  readonly unknown: number;
}

/**
 * Takes in bans and their ends from schedulers, people and vendors. The same event twice is one; at a higher
 * revision it gives its ban another cause, unless a person did so before.
 *
 * @throws SlipwayError of kind `input` naming file, line and field; nothing is written then
 */
export async function importBans(
  store: Store,
  fleet: Fleet,
  { file, text, source }: { readonly file: string; readonly text: string; readonly source: string },
): Promise<BanImport> {
  const sent = (await readRecords(eventsKind, textSource(file, text))).filter(
    ({ type }) => type === "ban" || type === "unban",
  );
  const rows = newest(sent).sort((a, b) => a.ts - b.ts);
  return store.transaction(async (tx) => {
    const now = await tx.now();
    const machines = await machinesNamed(
      tx,
      rows.map(({ node }) => node),
    );
    const count = { banned: 0, lifted: 0, reclassified: 0, known: sent.length - rows.length, unknown: 0 };
    for (const row of rows) {
      const id = machines.get(row.node);
      const machine = id === undefined ? undefined : await tx.get("machines", { id });
      // Each event sees what the one before it changed.
      const change = new ChangeSet(now, source, tx);
      if (machine === undefined) count.unknown += 1;
      else if (row.type === "ban") count[await takeBan({ tx, change, fleet, source }, machine, row)] += 1;
      else count[await takeEnd({ tx, change, fleet, source }, machine, row)] += 1;
      await change.flush(tx);
    }
    return count;
  });
}

/** One transaction that takes events of one sender in. */
interface Importing {
  readonly tx: Tx;
  readonly change: ChangeSet;
  readonly fleet: Fleet;
  readonly source: string;
}

/** Takes a ban in. @returns what it is counted as */
async function takeBan(
  importing: Importing,
  machine: Row<"machines">,
  row: EventRow,
): Promise<"banned" | "reclassified" | "known"> {
  const { tx, change, fleet, source } = importing;
  const reason = `reported by ${source}`;
  const id = await insertBan({ tx, change, fleet }, machine, {
    cause: row.cause ?? "unknown",
    at: row.ts,
    by: source,
    reason,
    source,
    externalId: row.eventId,
  });
  const counted = id !== undefined ? "banned" : (await revise(importing, row)) ? "reclassified" : "known";
  if (row.revision !== 1)
    change.audit(revisionsOf(source, row), {
      from: null,
      to: `revision ${String(row.revision)}`,
      reason,
      detail: { revision: row.revision },
    });
  return counted;
}

/** Takes the end of the sender's own ban in. @returns what it is counted as */
async function takeEnd(
  { tx, change, source }: Importing,
  machine: Row<"machines">,
  row: EventRow,
): Promise<"lifted" | "known"> {
  const [open] = await tx.find("bans", { where: { machine: machine.id, source, lifted_at: null }, limit: 1 });
  if (open === undefined) return "known";
  await liftBan({ tx, change }, machine, open, { at: row.ts, by: source, reason: row.eventId, givesBack: true });
  return "lifted";
}

/** The highest revision of each event. */
function newest(rows: readonly EventRow[]): EventRow[] {
  const events = new Map<string, EventRow>();
  for (const row of rows) if (row.revision > (events.get(row.eventId)?.revision ?? -1)) events.set(row.eventId, row);
  return [...events.values()];
}

/** The audit's name of a sender's event, under which its highest revision so far is kept. */
const revisionsOf = (source: string, { eventId }: EventRow): string => `event/${source}/${eventId}/revision`;

/** Whether this row gives a ban that was sent before another cause. */
async function revise({ tx, change, fleet, source }: Importing, row: EventRow): Promise<boolean> {
  const audited = await tx.find("audit", { where: { object: revisionsOf(source, row) } });
  const heard = audited.map(({ detail }) => Number((detail as { readonly revision?: number }).revision));
  if (row.revision <= Math.max(...(heard.length === 0 ? [1] : heard))) return false;
  const [ban] = await tx.find("bans", { where: { source, external_id: row.eventId }, limit: 1 });
  const cause = row.cause ?? "unknown";
  if (ban === undefined || ban.cause === cause || isReclassifiedByHand(ban)) return false;
  putDown(change, fleet, ban, {
    cause,
    by: source,
    reason: `revision ${String(row.revision)} of ${row.eventId}`,
    attribution: { findings: ban.attribution.findings, rule: `said by ${source}` },
  });
  return true;
}
