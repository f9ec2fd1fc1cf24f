import type { Tx } from "@slipway/store";
import { machinesBySerial } from "./nodes.ts";

/** Machines by the names that files give them: `m-12`, a system serial, or the name of a node that is placed now. */
export async function machinesNamed(tx: Tx, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const distinct = [...new Set(names)];
  const ids = distinct.flatMap((name) => (/^m-\d{1,15}$/.test(name) ? [{ name, id: Number(name.slice(2)) }] : []));
  const placements = await tx.find("placements", { where: { node_name: { in: distinct }, until_at: null } });
  const serials = await machinesBySerial(tx, distinct);
  const known = new Set(
    (await tx.find("machines", { where: { id: { in: ids.map(({ id }) => id) } } })).map(({ id }) => id),
  );
  return new Map<string, number>([
    ...placements.flatMap(({ node_name, machine }): [string, number][] =>
      node_name === null ? [] : [[node_name, machine]],
    ),
    ...serials,
    ...ids.filter(({ id }) => known.has(id)).map(({ name, id }): [string, number] => [name, id]),
  ]);
}
