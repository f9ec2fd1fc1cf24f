import type { Tx } from "@slipway/store";

/**
 * Writes the rows that stand for limits, with what was counted against each: of two transactions that go by the same
 * count one looks again, so that both never take the last place.
 */
export async function writeGates(tx: Tx, taken: ReadonlyMap<string, number>): Promise<void> {
  const names = [...taken.keys()].sort();
  const turns = new Map(
    (await tx.find("gates", { where: { name: { in: names } } })).map(({ name, turn }) => [name, turn]),
  );
  await tx.upsert(
    "gates",
    names.map((name) => ({ name, taken: taken.get(name) ?? 0, turn: (turns.get(name) ?? 0) + 1 })),
  );
}

/** How many machines a share of a cluster is, and at least so many. */
export async function shareOf(tx: Tx, cluster: string, share: number, atLeast: number): Promise<number> {
  const machines = await tx.count("machines", { cluster, merged_into: null });
  return Math.max(atLeast, Math.floor(share * machines));
}
