import type { Row, Tx } from "@slipway/store";

/** An act that so many workers died with is delivered alone, and parked when so many died that had it alone. */
const DEATHS = 2;
/** So many deaths are put on an act whatever else ends workers at that time. */
const VERY_MANY = 12;
/** A worker that was not heard of for so long does not beat any more. */
const SILENT_MS = 7_000;
/** Of two deaths so near in time that what ended one may have ended the other. */
const AROUND_MS = 60_000;

/** How an act is to be carried out: beside others, alone in its worker, or not any more. */
export type Standing = "sound" | "alone" | "parked";

/**
 * Counts the workers that had these acts in hand when their heartbeat stopped, for which the queue gave them to another.
 *
 * @param keys acts that the queue delivered to the worker `me`, which had none of them in hand
 */
export async function countDeaths(tx: Tx, me: string, keys: readonly string[]): Promise<void> {
  const others = await tx.find("workers", { where: { id: { not: me } } });
  for (const worker of others) {
    const lost = worker.hand.filter((key) => keys.includes(key));
    if (lost.length === 0) continue;
    if (worker.beat_at <= (await tx.now()) - SILENT_MS) await recordDeaths(tx, worker, lost);
    const hand = worker.hand.filter((key) => !lost.includes(key));
    await tx.update("workers", [{ key: { id: worker.id }, set: { hand, alone: worker.alone && hand.length > 0 } }]);
  }
}

/** Writes down that a worker died with these acts in hand. */
export async function recordDeaths(
  tx: Tx,
  { id, started_at, alone }: Row<"workers">,
  keys: readonly string[],
): Promise<void> {
  const at = await tx.now();
  // Of one host and process number there may be several workers, one after the other.
  const worker = `${id} since ${new Date(started_at).toISOString()}`;
  await tx.insert(
    "act_deaths",
    keys.map((key) => ({ key, worker, at, alone })),
    { skipConflicts: true },
  );
}

/**
 * How acts are to be carried out, by the deaths of workers that had them in hand. A death speaks against no act if
 * at that time a worker died that had not this act in hand: then something else ends workers. That such a worker had
 * an act in hand with which very many died explains its death, so that several acts of which workers die are found.
 */
export async function standingOf(tx: Tx, keys: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
  const deaths = Map.groupBy(await tx.find("act_deaths", { where: { key: { in: keys } } }), ({ key }) => key);
  const moments = [...deaths.values()].flat().map(({ at }) => at);
  const others = moments.length === 0 ? [] : await unexplainedSince(tx, Math.min(...moments));
  return new Map(keys.map((key) => [key, standingBy(key, deaths.get(key) ?? [], others)]));
}

/** A worker that died, with the acts that it had in hand. */
interface Died {
  readonly at: number;
  readonly keys: readonly string[];
}

function standingBy(key: string, own: readonly Row<"act_deaths">[], others: readonly Died[]): Standing {
  const against = own.filter(
    (death) => !others.some(({ at, keys }) => Math.abs(at - death.at) <= AROUND_MS && !keys.includes(key)),
  );
  if (against.filter(({ alone }) => alone).length >= DEATHS) return "parked";
  return against.length >= DEATHS || own.length >= VERY_MANY ? "alone" : "sound";
}

/** The workers that died from a while before a moment on, none of whose acts very many died with. */
async function unexplainedSince(tx: Tx, from: number): Promise<readonly Died[]> {
  const around = await tx.find("act_deaths", { where: { at: { gte: from - AROUND_MS } } });
  const byKey = Map.groupBy(around, ({ key }) => key);
  return [...Map.groupBy(around, ({ worker }) => worker).values()]
    .filter((rows) => rows.every(({ key }) => (byKey.get(key)?.length ?? 0) < VERY_MANY))
    .map((rows) => ({ at: rows[0]?.at ?? 0, keys: rows.map(({ key }) => key) }));
}
