import type { Tables } from "../tables.ts";
import { objectOf } from "./view.ts";

/**
 * Days after the last fault: every validation has ended, is held with a reason and an owner, or
 * moved lately; and no act is left open.
 *
 * @param since milliseconds since 1970: what moved later is under way
 */
export function* everythingEnded({ validations, intents, audit }: Tables, since: number): Iterable<string> {
  const moved = new Map(audit.map(({ object, at }) => [object, at]));
  for (const row of validations) {
    if (row.status === "held" && (row.reason === "" || row.owner === null))
      yield `${objectOf(row)} is held without a reason or an owner`;
    const last = moved.get(objectOf(row)) ?? 0;
    if ((row.status === "queued" || row.status === "running") && last < since)
      yield `${objectOf(row)} is ${row.status} and has not moved since ${new Date(last).toISOString()}: ${row.reason}`;
  }
  for (const { key, outcome, written_at } of intents)
    if (outcome === null && written_at < since) yield `${key} is open since ${new Date(written_at).toISOString()}`;
}
