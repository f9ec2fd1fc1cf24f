import { IDENTITY_RULES, type Precedence } from "@slipway/policy";
import type { Row, Tx } from "@slipway/store";
import { KnownMachine } from "./known-machine.ts";
import { unique } from "./load-world.ts";
import { forget } from "./merge-machines.ts";
import { byTime, incomingOfRow, seenOf } from "./sighting-row.ts";
import { World } from "./world.ts";
import { writeWorld } from "./write-world.ts";

/**
 * Derives machines again from all the sightings credited to them, in the order of time: for a sighting that came
 * late, and after a merge, a split or an undo. Machines that ever shared a name with them are derived again as well,
 * because the placement of one ends where that of the next begins.
 */
export async function refold(
  tx: Tx,
  machines: readonly number[],
  { precedence, now }: { readonly precedence: Precedence; readonly now: number },
): Promise<World> {
  const sightings = await sightingsOf(tx, machines);
  const ids = unique([...machines, ...sightings.map(({ machine }) => machine)]);
  const rows = await tx.find("machines", { where: { id: { in: ids } }, orderBy: ["id"] });
  const placed = new Set(
    (await tx.find("placements", { where: { machine: { in: ids }, until_at: null } })).map(({ machine }) => machine),
  );
  await forget(tx, ids);
  const world = new World(precedence);
  for (const row of rows) {
    const machine = new KnownMachine({ ...row, ...UNFOLDED });
    machine.dirty.row = true;
    world.index(machine);
  }
  const past = sightings.map((row) => ({ ...incomingOfRow(row), id: row.id, machine: row.machine })).sort(byTime);
  for (const { id, machine, ...incoming } of past) {
    const known = world.machines.get(machine ?? 0);
    if (known !== undefined) world.fold(known, incoming, id, true);
  }
  for (const machine of world.machines.values())
    if (machine.claims.size === 0 && placed.has(machine.id)) machine.displaced = true;
  await writeWorld(tx, world, now);
  return world;
}

/** A machine's row before its first sighting. */
const UNFOLDED = {
  system_serial: null,
  gpu_serials: [],
  gpu_uuids: [],
  vendor: null,
  sku: null,
  adapter: null,
  identity_rules: IDENTITY_RULES,
} as const;

/** Sightings of machines, and of all that ever shared a name with them. */
async function sightingsOf(tx: Tx, machines: readonly number[]): Promise<readonly Row<"sightings">[]> {
  const all: Row<"sightings">[] = [];
  const ids = new Set(machines);
  const names = new Set<string>();
  for (let fresh = machines; fresh.length > 0;) {
    const own = await tx.find("sightings", { where: { machine: { in: fresh } } });
    all.push(...own);
    const held = unique(own.map(({ body }) => seenOf(body).nodeName)).filter((name) => !names.has(name));
    for (const name of held) names.add(name);
    const holders = held.length === 0 ? [] : await tx.find("placements", { where: { node_name: { in: held } } });
    fresh = unique(holders.map(({ machine }) => machine)).filter((id) => !ids.has(id));
    for (const id of fresh) ids.add(id);
  }
  return all;
}
