import type { BanCause } from "@slipway/domain";
import { expect } from "vitest";
import type { DataQuality, EventRow } from "../src/model.ts";
import { sessionise, type SessionOptions } from "../src/sessions/sessionise.ts";

export const AS_OF = Date.parse("2026-03-31T00:00:00Z");

/** Day and time of March 2026: `at("2 09:30")`. */
export const at = (text: string): number =>
  Date.parse(`2026-03-${text.split(" ")[0]?.padStart(2, "0") ?? ""}T${text.split(" ")[1] ?? "00:00"}:00Z`);

let ids = 0;

/** An event of node m-1 in cluster a, where `rest` says nothing else. */
export function event(type: EventRow["type"], time: string, rest: Partial<EventRow> = {}): EventRow {
  ids += 1;
  return {
    eventId: `e${String(ids)}`,
    revision: 1,
    type,
    node: "m-1",
    cluster: "a",
    ts: at(time),
    ingestedTs: null,
    cause: null,
    labels: {},
    attemptId: null,
    ...rest,
  };
}

/** An event of this type. */
export const admit = (time: string, rest: Partial<EventRow> = {}): EventRow => event("admit", time, rest);
export const leave = (time: string, rest: Partial<EventRow> = {}): EventRow => event("leave", time, rest);
export const unban = (time: string, rest: Partial<EventRow> = {}): EventRow => event("unban", time, rest);
export const ban = (time: string, cause: BanCause = "hardware", rest: Partial<EventRow> = {}): EventRow =>
  event("ban", time, { cause, ...rest });

const QUIET: DataQuality = {
  duplicate_rows: 0,
  coalesced_bans: 0,
  skew_clamped: 0,
  orphan_bans: 0,
  duplicate_admits: 0,
  implicit_leaves: 0,
  after_as_of: 0,
};

/** Asserts each admission's cluster, days and cause in the order of admission, and the counters that fired. */
export function expectSpells(
  events: readonly EventRow[],
  spells: readonly (readonly [cluster: string, days: number, cause: BanCause | null])[],
  fired: Partial<DataQuality> = {},
  options: Partial<SessionOptions> = {},
): void {
  const sessions = sessionise(events, { asOf: AS_OF, ...options });
  expect(sessions.spells.map(({ labels, days, cause }) => [labels["cluster"], Number(days.toFixed(9)), cause])).toEqual(
    spells.map(([cluster, days, cause]) => [cluster, Number(days.toFixed(9)), cause]),
  );
  expect(sessions.quality).toEqual({ ...QUIET, ...fired });
}

export const minutes = (count: number): number => count / 1440;
