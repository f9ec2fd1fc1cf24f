import type { Fleet } from "@slipway/fleet";
import type { Reads } from "@slipway/reconciler";

/** A cluster's size is counted again after this: it changes seldom, and to count reads each of its machines. */
const COUNTED_MS = 60_000;

interface Counted {
  readonly at: number;
  readonly machines: number;
}

const counts = new WeakMap<Fleet, Map<string, Counted>>();

/** How many machines a share of a cluster is, as of the last minute, and at least so many. */
export async function shareOf(
  { tx, fleet }: { readonly tx: Reads; readonly fleet: Fleet },
  cluster: string,
  share: number,
  atLeast: number,
): Promise<number> {
  const now = await tx.now();
  const known = counts.get(fleet) ?? new Map<string, Counted>();
  counts.set(fleet, known);
  let counted = known.get(cluster);
  if (counted === undefined || now < counted.at || now - counted.at > COUNTED_MS) {
    counted = { at: now, machines: await tx.count("machines", { cluster, merged_into: null }) };
    known.set(cluster, counted);
  }
  return Math.max(atLeast, Math.floor(share * counted.machines));
}
