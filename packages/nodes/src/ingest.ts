import type { IdentityEventKind } from "@slipway/domain";
import { vendorId } from "@slipway/plugin-sdk";
import type { Precedence } from "@slipway/policy";
import type { Store, Tx } from "@slipway/store";
import { creditTo, type Credit } from "./credit-sightings.ts";
import { enterIdentityGate } from "./identity-gate.ts";
import { renewIdentities } from "./renew-identities.ts";
import { byTime, incomingOf, type Incoming, type SightingAt } from "./sighting-row.ts";

export interface IngestOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly precedence: Precedence;
  /** Called after each batch with the sightings done so far. */
  readonly progress?: (done: number) => void;
}

export interface IngestSummary {
  readonly sightings: number;
  /** How many of them were stored before. */
  readonly duplicates: number;
  /** Machines that the sightings created, and others that they were credited to. */
  readonly machines: { readonly new: number; readonly known: number };
  readonly events: Readonly<Partial<Record<IdentityEventKind, number>>>;
  /** Fields of those machines on which sources now disagree. */
  readonly conflicts: number;
  /** Vendors in a spelling of their own, and the vendor that each is taken as; absent where there is none. */
  readonly respelt?: Readonly<Record<string, string>>;
}

/** Sightings per transaction: enough that the cost of statements is small, and few enough for memory. */
const BATCH = 2000;

/**
 * Takes in sightings: each is stored whole and credited to the machine it is of, whose placements
 * and current values follow. The same sighting twice is one. Within a batch, later sightings see the
 * machines that earlier ones made; those that show hardware go before those that only name a node.
 *
 * Ingests lock a shared row, so that two at a time never create one machine twice. Machines that an
 * earlier release folded by other rules of identity are folded again first.
 *
 * @throws StoreError as the store does; batches before the failing one stay
 */
export async function ingest(
  store: Store,
  sightings: readonly SightingAt[],
  options: IngestOptions,
): Promise<IngestSummary> {
  const made = new Set<number>();
  const spoken = new Set<number>();
  const conflicts = new Map<number, number>();
  const events: Partial<Record<IdentityEventKind, number>> = {};
  let duplicates = 0;
  for (const { into } of await renewIdentities(store, options)) {
    spoken.add(into);
    events.merge = (events.merge ?? 0) + 1;
  }
  for (let start = 0; start < sightings.length; start += BATCH) {
    const batch = sightings.slice(start, start + BATCH);
    const done = await store.transaction(async (tx) => ingestBatch(tx, batch, options));
    duplicates += done.duplicates;
    for (const id of done.made) made.add(id);
    for (const [id, count] of done.conflicts) conflicts.set(id, count);
    for (const id of done.spoken) spoken.add(id);
    for (const { kind } of done.events) events[kind] = (events[kind] ?? 0) + 1;
    options.progress?.(Math.min(start + BATCH, sightings.length));
  }
  return {
    sightings: sightings.length,
    duplicates,
    machines: { new: made.size, known: [...spoken].filter((id) => !made.has(id)).length },
    events,
    conflicts: [...conflicts.values()].reduce((sum, count) => sum + count, 0),
    ...respeltOf(sightings),
  };
}

function respeltOf(sightings: readonly SightingAt[]): Pick<IngestSummary, "respelt"> {
  const spelt = [...new Set(sightings.flatMap(({ sighting: { vendor } }) => vendor ?? []))];
  const respelt = spelt.map((vendor) => [vendor, vendorId(vendor)] as const).filter(([vendor, id]) => vendor !== id);
  return respelt.length === 0 ? {} : { respelt: Object.fromEntries(respelt) };
}

/** Takes in a batch inside a transaction of the caller, whose own writes commit with it. */
export async function ingestBatch(
  tx: Tx,
  batch: readonly SightingAt[],
  { now, precedence }: IngestOptions,
): Promise<Credit & { readonly duplicates: number }> {
  await enterIdentityGate(tx);
  const { fresh, duplicates } = await unknownOf(tx, batch.map(incomingOf));
  if (fresh.length === 0) return { duplicates, made: [], spoken: [], conflicts: new Map(), events: [] };
  const ids = await tx.nextIds("event", fresh.length);
  const done = await creditTo(
    tx,
    fresh.map((incoming, index) => ({ incoming, id: ids[index] ?? 0 })),
    { now, precedence },
    (rows) =>
      tx.insert(
        "sightings",
        rows.map(({ incoming: { source, at, path, body, digest }, id, machine }) => ({
          id,
          source,
          observed_at: at,
          received_at: now,
          path,
          body,
          digest,
          machine,
        })),
      ),
  );
  return { duplicates, ...done };
}

async function unknownOf(
  tx: Tx,
  incoming: readonly Incoming[],
): Promise<{ fresh: readonly Incoming[]; duplicates: number }> {
  const distinct = [...new Map(incoming.map((one) => [one.digest, one])).values()];
  const known = new Set(
    (await tx.find("sightings", { where: { digest: { in: distinct.map(({ digest }) => digest) } } })).map(
      ({ digest }) => digest,
    ),
  );
  const fresh = distinct.filter(({ digest }) => !known.has(digest)).sort(byTime);
  return { fresh, duplicates: incoming.length - fresh.length };
}
