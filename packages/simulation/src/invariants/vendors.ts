import { PERSON } from "../person.ts";
import { SHARES } from "../two-vendors.ts";
import { objectOf, type View } from "./view.ts";

/** What a vendor says happened to a node is booked on a machine of its own, whatever names others give to theirs. */
export function* vendorsSpeakOfTheirOwn({ tables, machine }: View): Iterable<string> {
  for (const { id, source, machine: banned } of tables.bans) {
    const vendor = SHARES.find(({ adapter }) => adapter === source)?.vendor;
    const of = machine.get(banned)?.vendor;
    if (vendor !== undefined && of !== vendor)
      yield `ban/${String(id)} of ${source} is on machine ${String(banned)}, which is ${of ?? "nobody"}'s`;
  }
}

/** A vendor's ban, and one that somebody made by hand, end by who made them or by a person: never by a release. */
export function* bansAreLiftedByTheirOwn({ tables }: View): Iterable<string> {
  for (const { id, source, lifted_by } of tables.bans)
    if (source !== "validation" && lifted_by !== null && lifted_by !== source && lifted_by !== PERSON)
      yield `ban/${String(id)} of ${source} was lifted by ${lifted_by}`;
}

const ASKED_OF_VENDORS = new Map([
  ["return-to-service", "service"],
  ["open-repair", "repair"],
]);

/** An act that is recorded as done was asked for: the world saw its key. */
export function* doneActsWereAsked({ tables, wire }: View): Iterable<string> {
  for (const { key, act, outcome } of tables.intents) {
    const what = ASKED_OF_VENDORS.get(act);
    if (what !== undefined && outcome === "done" && !wire.asked.has(`${what} ${key}`))
      yield `${key} is recorded as done, and no vendor was asked for it`;
  }
}

/** Nothing that is written down happened later than now. */
export function* nothingIsAhead({ tables, now }: View): Iterable<string> {
  const late = (at: number | null): boolean => at !== null && at > now;
  for (const row of tables.validations)
    if (late(row.created_at) || late(row.started_at) || late(row.finished_at))
      yield `${objectOf(row)} is dated after now`;
  for (const { validation, finished_at } of tables.passes)
    if (late(finished_at)) yield `a pass of validation/${String(validation)} is dated after now`;
  for (const { key, written_at, outcome_at } of tables.intents)
    if (late(written_at) || late(outcome_at)) yield `${key} is dated after now`;
  for (const { id, at } of tables.ledger) if (late(at)) yield `ledger ${String(id)} is dated after now`;
  for (const { id, at } of tables.releases) if (late(at)) yield `release/${String(id)} is dated after now`;
}
