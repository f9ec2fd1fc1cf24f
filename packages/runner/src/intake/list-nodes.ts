import { isDeepStrictEqual } from "node:util";
import type { Sighting } from "@slipway/domain";
import type { CallOptions, VendorSession } from "@slipway/plugin-sdk";
import { aheadOf } from "../nodes/check-row.ts";
import type { RunnerParts } from "../validation/parts.ts";

/** What an intake remembers between two polls of one vendor. */
export interface IntakeMemory {
  /** Each node's last sighting and last refused one: one that differs only in its time is neither stored nor logged again. */
  readonly seen: Map<string, Sighting>;
}

/** One vendor account that is polled. */
export interface VendorAccount {
  /** The vendor's id in the rows of machines. */
  readonly adapter: string;
  readonly session: VendorSession;
}

/**
 * Lists a vendor's nodes. Sightings with a time in the future are left out, logged and counted.
 *
 * @param now the store's time in milliseconds since 1970
 * @returns the sightings that differ from the last ones, and how many were refused
 */
export async function listNodes(
  { emit }: Pick<RunnerParts, "emit">,
  { adapter, session }: VendorAccount,
  { seen }: IntakeMemory,
  { now, call }: { readonly now: number; readonly call: CallOptions },
): Promise<{ readonly changed: readonly Sighting[]; readonly refused: number }> {
  const changed: Sighting[] = [];
  let refused = 0;
  const says = (name: string, sighting: Sighting): boolean => {
    const last = seen.get(name);
    return last === undefined || !sayTheSame(last, sighting);
  };
  for (let page: string | undefined; ;) {
    const { items, next } = await session.listNodes(page, call);
    for (const sighting of items) {
      const node = `${String(sighting.cluster)}/${String(sighting.node_name)}`;
      if (!says(node, sighting)) continue;
      const wrong = aheadOf(sighting, now);
      const name = wrong === undefined ? node : `refused ${node}`;
      if (wrong === undefined) changed.push(sighting);
      else {
        refused += 1;
        if (says(name, sighting))
          emit({ event: "sighting-refused", adapter, node, field: wrong.field, reason: wrong.message });
      }
      seen.set(name, sighting);
    }
    if (next === undefined) return { changed, refused };
    page = next;
  }
}

/** Whether two sightings differ in nothing but their time. */
function sayTheSame(a: Sighting, b: Sighting): boolean {
  return Object.keys({ ...a, ...b }).every(
    (key) => key === "observed_at" || a[key] === b[key] || isDeepStrictEqual(a[key], b[key]),
  );
}
