import { BAN_CAUSES, type BanCause } from "@slipway/domain";
import type { EventRow } from "../model.ts";

/** Bans this close to the one before are one ban (S3). */
export const COALESCE_MS = 15 * 60_000;
/** A ban this close before an admission was of it: clocks differ (S7). */
export const SKEW_MS = 5 * 60_000;

/** A stay of a node in a cluster. */
export interface Stay {
  readonly admit: EventRow;
  readonly end: number;
  /** Of the terminal ban that ended it; null when a leave, an admission elsewhere or the end of the data did. */
  readonly cause: BanCause | null;
}

export interface NodeHistory {
  /** In the order of their admissions. */
  readonly stays: readonly Stay[];
  readonly counters: HistoryCounters;
}

export type HistoryCounters = Readonly<
  Record<"coalesced_bans" | "skew_clamped" | "orphan_bans" | "duplicate_admits" | "implicit_leaves", number>
>;

/**
 * Walks through what happened to one node (S3-S9).
 *
 * @param events of one node, with S1 and S2 applied
 */
export function nodeHistory(events: readonly EventRow[], asOf: number): NodeHistory {
  const walk = new NodeWalk();
  for (const group of simultaneous(events)) walk.take(group);
  walk.finish(asOf);
  return walk;
}

/** Bans of one chain, merged (S3). */
interface Ban {
  readonly ts: number;
  cause: BanCause;
  lifted: boolean;
}

interface CurrentStay {
  readonly admit: EventRow;
  /** Charged to it while it was open, in their order; those after the terminal one were of no stay. */
  readonly bans: Ban[];
  leftAt: number | null;
}

/** A workload ban may still be lifted (S6). */
const endsForCertain = ({ cause }: Ban): boolean => cause !== "workload";
const isTerminal = (ban: Ban): boolean => endsForCertain(ban) || !ban.lifted;
const isOpen = (stay: CurrentStay | null): stay is CurrentStay =>
  stay?.leftAt === null && !stay.bans.some(endsForCertain);

/** Of an open stay first what ends it; of none first what opens one (S9). */
const ORDER_OPEN = ["ban", "unban", "leave", "admit"] as const;
const ORDER_CLOSED = ["admit", "ban", "unban", "leave"] as const;

/**
 * Whether a workload ban is terminal shows at the next unban or admission. Until then its stay counts as open, and what
 * comes meanwhile is kept with it.
 */
class NodeWalk implements NodeHistory {
  readonly stays: Stay[] = [];
  readonly counters = { coalesced_bans: 0, skew_clamped: 0, orphan_bans: 0, duplicate_admits: 0, implicit_leaves: 0 };
  private current: CurrentStay | null = null;
  /** Bans without an open stay since the last admission. */
  private homeless: Ban[] = [];
  private chain: { readonly ban: Ban; lastTs: number } | null = null;

  /** @param group events of one time */
  take(group: readonly EventRow[]): void {
    for (const type of isOpen(this.current) ? ORDER_OPEN : ORDER_CLOSED) {
      for (const event of group) if (event.type === type) this[type](event);
    }
  }

  finish(asOf: number): void {
    if (this.current !== null) this.close(this.current, asOf);
    this.counters.orphan_bans += this.homeless.length;
  }

  private admit(event: EventRow): void {
    const { current } = this;
    if (current !== null) {
      if (current.leftAt === null && !current.bans.some(isTerminal)) {
        if (event.cluster === current.admit.cluster) {
          this.counters.duplicate_admits += 1;
          return;
        }
        this.counters.implicit_leaves += 1;
      }
      this.close(current, event.ts);
    }
    const clamped = this.homeless.filter(({ ts }) => event.ts - ts <= SKEW_MS);
    this.counters.skew_clamped += clamped.length;
    this.counters.orphan_bans += this.homeless.length - clamped.length;
    this.homeless = [];
    this.chain = null;
    this.current = { admit: event, bans: clamped.map((ban) => ({ ...ban, ts: event.ts })), leftAt: null };
  }

  private ban({ ts, cause }: EventRow): void {
    const known = cause ?? "unknown";
    if (this.chain !== null && ts - this.chain.lastTs <= COALESCE_MS) {
      const { ban } = this.chain;
      this.counters.coalesced_bans += 1;
      this.chain.lastTs = ts;
      if (BAN_CAUSES.indexOf(known) < BAN_CAUSES.indexOf(ban.cause)) ban.cause = known;
      return;
    }
    this.chain = { ban: { ts, cause: known, lifted: false }, lastTs: ts };
    (isOpen(this.current) ? this.current.bans : this.homeless).push(this.chain.ban);
  }

  private unban(): void {
    this.chain = null;
    for (const ban of [...(this.current?.bans ?? []), ...this.homeless]) ban.lifted = true;
    if (this.current !== null && !isOpen(this.current)) this.close(this.current, Infinity);
  }

  private leave({ ts, cluster }: EventRow): void {
    // A late leave of the cluster that a node was moved from says nothing of where it is.
    if (isOpen(this.current) && (cluster === "" || cluster === this.current.admit.cluster)) this.current.leftAt = ts;
  }

  /** @param otherwise when it ended unless by a terminal ban or a leave */
  private close({ admit, bans, leftAt }: CurrentStay, otherwise: number): void {
    const at = bans.findIndex(isTerminal);
    const terminal = bans[at];
    if (terminal !== undefined) this.homeless.unshift(...bans.slice(at + 1));
    this.stays.push({ admit, end: terminal?.ts ?? leftAt ?? otherwise, cause: terminal?.cause ?? null });
    this.current = null;
  }
}

/** Events in the order of time, those of one time together. */
function simultaneous(events: readonly EventRow[]): readonly (readonly EventRow[])[] {
  const sorted = [...events].sort((a, b) => a.ts - b.ts || (a.eventId < b.eventId ? -1 : 1));
  const groups: EventRow[][] = [];
  for (const event of sorted) {
    const last = groups.at(-1);
    if (last?.[0]?.ts === event.ts) last.push(event);
    else groups.push([event]);
  }
  return groups;
}
