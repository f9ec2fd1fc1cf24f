import { SlipwayError, type VendorCapabilities, type VendorSession } from "@slipway/plugin-sdk";
import { actQueueOf, type ActQueue, type Queue, type Row, type Tx } from "@slipway/store";
import type { Fleet } from "@slipway/fleet";
import type { RunnerParts, Validation } from "./parts.ts";
import type { Adapter } from "@slipway/collect";

/** What a worker may have to do outside the store. */
export type ActName = "pass" | "boot" | "return-to-service" | "open-repair";

/**
 * What a worker has to have for an act: `vendor:<adapter>` for what a vendor is asked for, and the way to the node
 * for what is asked of it: by that vendor, by `ssh:<route>` (its jump host, or `direct`), or `local`.
 *
 * It goes by what the catalog declares of adapters, never by what this worker happens to have open.
 */
export function needsOf(
  capabilities: Fleet["capabilities"],
  act: ActName,
  { adapter, address }: Pick<Validation, "adapter"> & Partial<Pick<Validation, "address">>,
): readonly string[] {
  const vendor = `vendor:${adapter}`;
  if (act === "return-to-service" || act === "open-repair") return [vendor];
  const way = wayTo(capabilities.get(adapter), adapter, address?.["jump"]);
  return act === "pass" ? [way] : [...new Set([vendor, way])].sort();
}

function wayTo(declared: VendorCapabilities | undefined, adapter: string, jump: unknown): string {
  if (adapter === "local") return "local";
  // How an adapter that the catalog does not declare reaches nodes is unknown, so only a worker that has it can do it.
  const bySsh = adapter === "ssh" || declared?.transport === false;
  return bySsh ? `ssh:${typeof jump === "string" ? jump : "direct"}` : `vendor:${adapter}`;
}

/** The needs that a worker can meet by what it has open: as they are written, or with `*` for the rest. */
export const coversOf = ({ adapters }: Pick<RunnerParts, "adapters">): readonly string[] =>
  [...adapters]
    .flatMap(([id, { vendor, routes = ["*"] }]) =>
      vendor !== undefined ? [`vendor:${id}`] : id === "ssh" ? routes.map((route) => `ssh:${route}`) : [id],
    )
    .sort();

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

/**
 * The way to a node, which the queue that its act came by asks of a worker.
 *
 * @throws SlipwayError of kind `contract` where this worker has none: the act is left to one that has
 */
export function adapterOf(
  { adapters }: Pick<RunnerParts, "adapters">,
  { adapter: id }: Pick<Validation, "adapter">,
): Adapter {
  const adapter = adapters.get(id);
  if (adapter === undefined)
    throw new SlipwayError("contract", `an act came to this worker, which has no adapter ${id}`);
  return adapter;
}

/** The session of the vendor that a machine is of. @throws SlipwayError as {@link adapterOf} does */
export function sessionOf(parts: RunnerParts, at: Pick<Validation, "adapter">): VendorSession {
  const session = adapterOf(parts, at).vendor?.session;
  if (session === undefined)
    throw new SlipwayError("contract", `an act came to this worker, which has no session of ${at.adapter}`);
  return session;
}
