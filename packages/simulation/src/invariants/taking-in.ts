import { hardwareName } from "../hardware-name.ts";
import { nodeListed } from "../listed.ts";
import { objectOf, type View } from "./view.ts";

const HOUR = 3_600_000;
/** For so long, and in so many lists, a vendor has to say the same before a machine's place has to be that. */
const SAID_FOR_MS = 36 * HOUR;
const SAID_TIMES = 6;

/** A machine stands where its vendor has said for long that it stands. */
export function* placesFollowVendors({ tables, wire, now }: View): Iterable<string> {
  const machines = new Map(
    tables.machines
      .filter(({ merged_into }) => merged_into === null)
      .map((row) => [`${String(row.adapter)} ${hardwareName(row.system_serial, row.gpu_serials)}`, row]),
  );
  const places = new Map(tables.placements.map((row) => [row.machine, row]));
  for (const { adapter, hardware, node, cluster, since, times } of wire.listed.places.values()) {
    if (now - since < SAID_FOR_MS || times < SAID_TIMES) continue;
    const machine = machines.get(`${adapter} ${hardware}`);
    const place = machine && places.get(machine.id);
    if (place !== undefined && (place.node_name !== node || place.cluster !== cluster))
      yield `machine ${String(place.machine)} is placed as ${String(place.node_name)}, and ${adapter} has listed it as ${node} since ${new Date(since).toISOString()}`;
  }
}

/** A machine that its vendor has listed under its node's name since before is never held for being another. */
export function* heldAreOther({ tables, machine, auditOf, wire }: View): Iterable<string> {
  for (const validation of tables.validations) {
    const credited = machine.get(validation.machine);
    if (validation.status !== "held" || validation.reason_code !== "OtherMachine" || credited === undefined) continue;
    const hardware = hardwareName(credited.system_serial, credited.gpu_serials);
    const place = wire.listed.places.get(`${String(credited.adapter)} ${hardware}`);
    const heldAt = auditOf.get(objectOf(validation))?.at(-1)?.at ?? 0;
    if (place?.node === validation.node && place.since < heldAt - SAID_FOR_MS)
      yield `${objectOf(validation)} is held: ${validation.reason}; and ${place.adapter} has listed ${hardware} as ${place.node} since ${new Date(place.since).toISOString()}`;
  }
}

/** What a vendor says again and again is kept once: a node has no more sightings than there was news of it. */
export function* sightingsAreNews({ tables, wire }: View): Iterable<string> {
  const kept = new Map<string, number>();
  for (const { path, body } of tables.sightings) {
    const [adapter = ""] = path.split(":");
    const node = nodeListed(adapter, body);
    kept.set(node, (kept.get(node) ?? 0) + 1);
  }
  for (const [node, times] of kept) {
    const news = wire.listed.news.get(node) ?? 0;
    if (times > news)
      yield `${node} was taken in ${String(times)} times, and there was news of it ${String(news)} times`;
  }
}
