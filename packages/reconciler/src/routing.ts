import { actQueueOf, type ActQueue, type Queue, type Row, type Tx } from "@slipway/store";

/** The needs that a worker who covers these cannot meet. */
export const lacks = (covers: readonly string[], needs: readonly string[]): readonly string[] =>
  needs.filter(
    (need) => !covers.some((cover) => (cover.endsWith("*") ? need.startsWith(cover.slice(0, -1)) : cover === need)),
  );

/** The queues of the acts that a worker with these covers can do: known ones, and that of each single need. */
export function queuesFor(covers: readonly string[], known: readonly Row<"act_queues">[]): readonly ActQueue[] {
  const able = known.filter(({ needs }) => lacks(covers, needs).length === 0);
  const alone = covers.map((cover) => [cover.replace("*", "direct")]);
  return [...new Set([...alone, ...able.map(({ needs }) => needs)].map(actQueueOf))];
}

/** Sends the jobs of intents, each to the queue for its needs; the needs of a new queue are recorded. */
export async function sendActs(
  tx: Tx,
  queue: Queue,
  acts: readonly (Pick<Row<"intents">, "key" | "needs"> & { readonly priority?: number })[],
): Promise<void> {
  const queues = Map.groupBy(acts, ({ needs }) => actQueueOf(needs));
  const known = await tx.find("act_queues", { where: { name: { in: [...queues.keys()] } } });
  const rows = [...queues]
    .filter(([name]) => !known.some((row) => row.name === name))
    .map(([name, [act]]) => ({ name, needs: act?.needs ?? [] }));
  if (rows.length > 0) await tx.insert("act_queues", rows, { skipConflicts: true });
  for (const [name, jobs] of queues)
    await queue.send(
      name,
      jobs.map(({ key, priority = 0 }) => ({ key, priority })),
      tx,
    );
}
