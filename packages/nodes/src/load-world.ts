import type { Precedence, Seen } from "@slipway/policy";
import type { Row, Tx } from "@slipway/store";
import { comparable, KnownMachine } from "./known-machine.ts";
import { World } from "./world.ts";

/**
 * Reads every machine that these sightings could be of, in a number of statements that does not grow with them.
 *
 * @param since when the earliest of them was made: where a placement ended after it, that sighting is late
 */
export async function loadWorld(tx: Tx, seen: readonly Seen[], since: number, precedence: Precedence): Promise<World> {
  const world = new World(precedence);
  const words = {
    system: unique(seen.map(({ systemSerial }) => systemSerial && comparable("system", systemSerial))),
    gpu: unique(seen.flatMap(({ gpuSerials }) => gpuSerials.map((serial) => comparable("gpu", serial)))),
    uuid: unique(seen.flatMap(({ gpuUuids }) => gpuUuids.map((uuid) => comparable("uuid", uuid)))),
    instance: unique(seen.map(({ instanceId }) => instanceId)),
  };
  const found = new Set<number>();
  for (const [kind, serials] of Object.entries(words) as [keyof typeof words, string[]][]) {
    if (serials.length === 0) continue;
    for (const { machine } of await tx.find("serials", { where: { kind, serial: { in: serials } } }))
      found.add(machine);
  }
  const names = unique(seen.map(({ nodeName }) => nodeName));
  if (names.length > 0)
    for (const { machine } of await tx.find("placements", { where: { node_name: { in: names }, until_at: null } }))
      found.add(machine);
  await addMachines(tx, world, [...found], precedence);
  const known = new Set(names);
  // Other machines may have the names that these machines have or take.
  const further = unique([...world.machines.values()].map(({ open }) => open?.node_name ?? null)).filter(
    (name) => !known.has(name),
  );
  if (further.length > 0) {
    const rows = await tx.find("placements", { where: { node_name: { in: further }, until_at: null } });
    await addMachines(
      tx,
      world,
      unique(rows.map(({ machine }) => machine)).filter((id) => !world.machines.has(id)),
      precedence,
    );
  }
  const ids = [...world.machines.keys()];
  if (ids.length > 0)
    for (const row of await tx.find("placements", { where: { machine: { in: ids }, until_at: { gt: since } } }))
      world.ended(row);
  if (names.length > 0)
    for (const row of await tx.find("placements", { where: { node_name: { in: names }, until_at: { gt: since } } }))
      world.ended(row);
  return world;
}

/** Adds machines to a world as the store has them. */
export async function addMachines(tx: Tx, world: World, ids: readonly number[], precedence: Precedence): Promise<void> {
  if (ids.length === 0) return;
  const of = { machine: { in: ids } };
  const rows = await tx.find("machines", { where: { id: { in: ids } }, orderBy: ["id"] });
  const claims = groups(await tx.find("claims_of_sources", { where: of }));
  const serials = groups(await tx.find("serials", { where: of }));
  const placements = await tx.find("placements", { where: { ...of, until_at: null }, orderBy: ["id"] });
  const open = new Map(placements.map((row) => [row.machine, row]));
  for (const row of rows) {
    const machine = new KnownMachine(row);
    machine.load(claims.get(row.id) ?? [], serials.get(row.id) ?? [], open.get(row.id), precedence);
    world.index(machine);
  }
}

function groups<T extends Row<"claims_of_sources"> | Row<"serials">>(rows: readonly T[]): ReadonlyMap<number, T[]> {
  const byMachine = new Map<number, T[]>();
  for (const row of rows) {
    const own = byMachine.get(row.machine);
    if (own === undefined) byMachine.set(row.machine, [row]);
    else own.push(row);
  }
  return byMachine;
}

export const unique = <T>(values: readonly (T | null)[]): T[] =>
  [...new Set(values)].filter((value): value is T => value !== null);
