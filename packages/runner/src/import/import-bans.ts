import { eventsKind, readRecords, textSource, type EventRow } from "@slipway/records";
import type { Queue, Store, Tx } from "@slipway/store";
import { isReclassifiedByHand, putDown } from "../attribution/reclassify.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { insertBan } from "../validation/by-hand.ts";
import { Writes } from "../validation/writes.ts";
import { machinesNamed } from "./machines-named.ts";

export interface BanImport {
  readonly banned: number;
  readonly lifted: number;
  /** Sent again at a higher revision, with another cause. */
  readonly reclassified: number;
  /** Sent before. */
  readonly known: number;
  /** Rows of nodes that no machine answers to. */
  readonly unknown: number;
}

const noQueue = { send: () => Promise.resolve() } as unknown as Queue;

/**
 * Takes in bans and their ends from schedulers, people and vendors. The same event twice is one; at a higher
 * revision it puts its ban down to another cause, unless somebody did so by hand.
 *
 * @throws SlipwayError of kind `input` naming file, line and field; nothing is written then
 */
export async function importBans(
  store: Store,
  fleet: Fleet,
  {
    file,
    text,
    source,
    now,
  }: { readonly file: string; readonly text: string; readonly source: string; readonly now: number },
): Promise<BanImport> {
  const sent = (await readRecords(eventsKind, textSource(file, text))).filter(
    ({ type }) => type === "ban" || type === "unban",
  );
  const rows = newest(sent).sort((a, b) => a.ts - b.ts);
  return store.transaction(async (tx) => {
    const writes = new Writes(now, source);
    const machines = await machinesNamed(
      tx,
      rows.map(({ node }) => node),
    );
    let [banned, lifted, reclassified, known, unknown] = [0, 0, 0, sent.length - rows.length, 0];
    for (const row of rows) {
      const machine = machines.get(row.node);
      if (machine === undefined) {
        unknown += 1;
        continue;
      }
      if (row.type === "ban") {
        const id = await insertBan(tx, writes, fleet, {
          machine,
          cause: row.cause ?? "unknown",
          at: row.ts,
          by: source,
          reason: `reported by ${source}`,
          source,
          externalId: row.eventId,
        });
        if (id !== 0) banned += 1;
        else if (await revise(tx, fleet, row, source, now)) reclassified += 1;
        else known += 1;
        if (row.revision !== 1)
          writes.audit(revisionsOf(source, row), null, `revision ${String(row.revision)}`, `reported by ${source}`, {
            revision: row.revision,
          });
        continue;
      }
      const [open] = await tx.find("bans", { where: { machine, source, lifted_at: null }, orderBy: ["-at"], limit: 1 });
      if (open === undefined) {
        known += 1;
        continue;
      }
      await tx.update("bans", [
        {
          key: { id: open.id },
          set: { lifted_at: row.ts, lifted_by: source, lift_reason: row.eventId, revision: open.revision + 1 },
        },
      ]);
      const current = await tx.get("machines", { id: machine });
      // A workload ban says nothing about the hardware: the machine is as proven as it was.
      if (current?.account === "Banned")
        writes.book(
          current,
          open.cause === "workload" && open.release !== null ? "InPool" : "Spare",
          `ban/${String(open.id)}`,
        );
      lifted += 1;
    }
    await writes.flush(tx, noQueue);
    return { banned, lifted, reclassified, known, unknown };
  });
}

/** Each event as its highest revision says. */
function newest(rows: readonly EventRow[]): EventRow[] {
  const events = new Map<string, EventRow>();
  for (const row of rows) if (row.revision > (events.get(row.eventId)?.revision ?? -1)) events.set(row.eventId, row);
  return [...events.values()];
}

/** Names a sender's event in the audit, where its highest revision so far is kept. */
const revisionsOf = (source: string, { eventId }: EventRow): string => `event/${source}/${eventId}/revision`;

/** Whether a ban that was sent before is put down to another cause by this row. */
async function revise(tx: Tx, fleet: Fleet, row: EventRow, source: string, now: number): Promise<boolean> {
  const audited = await tx.find("audit", { where: { object: revisionsOf(source, row) } });
  const heard = audited.map(({ detail }) => Number((detail as { readonly revision?: number }).revision));
  if (row.revision <= Math.max(...(heard.length === 0 ? [1] : heard))) return false;
  const [ban] = await tx.find("bans", { where: { source, external_id: row.eventId }, limit: 1 });
  const cause = row.cause ?? "unknown";
  if (ban === undefined || ban.cause === cause || isReclassifiedByHand(ban)) return false;
  await putDown(tx, fleet, ban, {
    cause,
    by: source,
    reason: `revision ${String(row.revision)} of ${row.eventId}`,
    now,
    attribution: { findings: ban.attribution.findings, rule: `said by ${source}` },
  });
  return true;
}
