import { BAN_CAUSES, type BanCause } from "@slipway/domain";
import type { VendorEvent } from "@slipway/plugin-sdk";
import type { Row, Tx } from "@slipway/store";
import { BY_VALIDATION, insertBan, type BanTurn } from "../bans/insert-ban.ts";
import { endBan } from "@slipway/nodes";
import { liftBan } from "../bans/lift-bans.ts";
import { endOpenValidation } from "../claims/end-validation.ts";
import type { RunnerParts } from "../worker/parts.ts";
import { takeTurn, within, type Turn } from "../worker/turn.ts";
import type { Progress } from "./progress.ts";
import { machineOfEvent, openEventItem } from "./machine-of-event.ts";
import type { Look } from "./take-in-nodes.ts";

const CHUNK = 200;

/** Takes in events of a vendor or a scheduler: bans, their end, repair. The same event twice is one. */
export async function bookEvents({ parts, session, progress, call }: Look): Promise<void> {
  const listEvents = session.listEvents?.bind(session);
  if (listEvents === undefined) return;
  for (let more = true; more;) {
    const after = progress.at.events_cursor ?? undefined;
    const { items, cursor, next } = await listEvents(after, call);
    for (let from = 0; from < items.length; from += CHUNK)
      await bookChunk(parts, progress, items.slice(from, from + CHUNK));
    if (cursor !== after) await takeTurn(parts, (turn) => progress.note(turn, { events_cursor: cursor }));
    more = next !== undefined && cursor !== after;
  }
}

const bookChunk = (parts: RunnerParts, progress: Progress, events: readonly VendorEvent[]): Promise<void> =>
  takeTurn(parts, async (turn) => {
    const { account: adapter } = progress;
    const rows: Row<"vendor_events">[] = [];
    for (const event of await unheardOf(turn.tx, adapter, events)) {
      const { id, kind, node, at } = event;
      const machine = await within(turn, (own) => book(own, adapter, event));
      rows.push({ adapter, id, kind, node: node.nodeName, at: Date.parse(at), taken_at: turn.change.now, machine });
    }
    await turn.tx.insert("vendor_events", rows);
    await progress.note(turn, {});
  });

/** Events that were not taken in before, each once. */
async function unheardOf(tx: Tx, adapter: string, events: readonly VendorEvent[]): Promise<readonly VendorEvent[]> {
  const distinct = new Map<string, VendorEvent>();
  for (const event of events) if (!distinct.has(event.id)) distinct.set(event.id, event);
  const heard = await tx.find("vendor_events", {
    where: { adapter, id: { in: [...distinct.keys()] } },
    columns: ["id"],
  });
  for (const { id } of heard) distinct.delete(id);
  return [...distinct.values()];
}

/** Books an event on its machine. @returns that machine; null where none of the sender's is certain */
async function book(turn: Turn, adapter: string, event: VendorEvent): Promise<number | null> {
  const { machine: row, why } = await machineOfEvent(turn.tx, adapter, event);
  if (row === undefined) {
    await openEventItem(turn, adapter, event, why);
    return null;
  }
  turn.change.audit(`event/${adapter}/${event.id}`, {
    from: null,
    to: event.kind,
    reason: event.reason ?? event.kind,
    detail: { machine: row.id, at: event.at },
  });
  await follow(turn, { ...row, account: turn.change.accountOf(row) }, adapter, event);
  return row.id;
}

/** What an event entails for its machine. */
async function follow(turn: Turn, machine: Row<"machines">, adapter: string, event: VendorEvent): Promise<void> {
  const { tx, change } = turn;
  const cause = `${adapter} ${event.id}`;
  switch (event.kind) {
    case "ban":
      return banned(turn, machine, adapter, event);
    case "unban":
      return lifted(turn, machine, adapter, event);
    case "out-for-repair":
      await endOpenValidation({ tx, change }, machine, {
        status: "cancelled",
        reason_code: "TakenOut",
        reason: `out for repair: ${event.reason ?? cause}`,
      });
      return change.book(machine, "OFR", cause);
    case "returned":
      return returned(turn, machine, adapter, event);
    case "leave":
      if (machine.account === "InPool") change.book(machine, "Spare", cause);
      return;
    case "enter":
      return;
  }
}

async function banned(turn: Turn, machine: Row<"machines">, adapter: string, event: VendorEvent): Promise<void> {
  const cause: BanCause = BAN_CAUSES.find((known) => known === event.cause) ?? "unknown";
  await insertBan(banTurn(turn), machine, {
    cause,
    at: Date.parse(event.at),
    by: adapter,
    reason: event.reason ?? cause,
    source: adapter,
    externalId: event.id,
  });
}

/** The sender lifts the ban that its event names, else the one that it has open. */
async function lifted(
  { tx, change }: Turn,
  machine: Row<"machines">,
  adapter: string,
  event: VendorEvent,
): Promise<void> {
  const bans = await tx.find("bans", { where: { machine: machine.id, source: adapter } });
  const [named] = bans
    .filter(({ external_id }) => external_id !== null && event.id.startsWith(external_id))
    .sort((a, b) => (b.external_id?.length ?? 0) - (a.external_id?.length ?? 0));
  const ban = named ?? bans.find(({ lifted_at }) => lifted_at === null);
  if (ban?.lifted_at !== null) return;
  await liftBan({ tx, change }, machine, ban, {
    at: Date.parse(event.at),
    by: adapter,
    reason: event.reason ?? "lifted",
    givesBack: true,
  });
}

/** A machine that its vendor gives back is the vendor's no more to ban; it stands unproven, or banned by another. */
async function returned(
  { tx, change }: Turn,
  machine: Row<"machines">,
  adapter: string,
  event: VendorEvent,
): Promise<void> {
  if (machine.account !== "OFR" && machine.account !== "Banned") return;
  const open = await tx.find("bans", { where: { machine: machine.id, lifted_at: null } });
  const [own, others] = [
    open.filter(({ source }) => source === adapter),
    open.filter(({ source }) => source !== adapter && source !== BY_VALIDATION),
  ];
  for (const ban of own)
    endBan(change, ban, { at: Date.parse(event.at), by: adapter, reason: event.reason ?? "returned" });
  change.book(machine, others.length > 0 ? "Banned" : "Spare", `${adapter} ${event.id}`);
}

const banTurn = ({ parts, tx, change }: Turn): BanTurn => ({ tx, change, fleet: parts.fleet });
