import type { Row, Tx } from "@slipway/store";

/** An act that so many workers died with is delivered alone, and parked when so many died that had it alone. */
const DEATHS = 2;
/** A worker that was not heard of for so long does not beat any more. */
const SILENT_MS = 7_000;
/** Workers that died with other work this near in time show that something else ends workers. */
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
 * How acts are to be carried out, by the deaths of workers that had them in hand. A worker that died alone with an
 * act speaks against it, unless others died at that time with acts none of which ended two workers: then something
 * else ends workers.
 */
export async function standingOf(tx: Tx, keys: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
  const deaths = await tx.find("act_deaths", { where: { key: { in: keys } } });
  const alone = deaths.filter((death) => death.alone);
  const unexplained = alone.length === 0 ? [] : await unexplainedSince(tx, Math.min(...alone.map(({ at }) => at)));
  const byKey = Map.groupBy(deaths, ({ key }) => key);
  return new Map(
    keys.map((key) => {
      const own = byKey.get(key) ?? [];
      const against = own.filter(
        (death) => death.alone && !unexplained.some(({ at }) => Math.abs(at - death.at) <= AROUND_MS),
      );
      return [key, against.length >= DEATHS ? "parked" : own.length >= DEATHS ? "alone" : "sound"];
    }),
  );
}

/** Deaths of workers none of whose acts ended two workers, from a while before a moment on. */
async function unexplainedSince(tx: Tx, from: number): Promise<readonly Row<"act_deaths">[]> {
  const around = await tx.find("act_deaths", { where: { at: { gte: from - AROUND_MS } } });
  const all = await tx.find("act_deaths", { where: { key: { in: around.map(({ key }) => key) } } });
  const ended = new Map([...Map.groupBy(all, ({ key }) => key)].map(([key, rows]) => [key, rows.length]));
  const explained = new Set(around.filter(({ key }) => (ended.get(key) ?? 0) >= DEATHS).map(({ worker }) => worker));
  return around.filter(({ worker }) => !explained.has(worker));
}
