import { nodeListed } from "../listed.ts";
import type { View } from "./view.ts";

const HOUR = 3_600_000;
/** For so long, and in so many lists, a vendor has to say the same before a machine's place has to be that. */
const SAID_FOR_MS = 36 * HOUR;
const SAID_TIMES = 6;

/** A machine stands where its vendor has said for long that it stands. */
export function* placesFollowVendors({ tables, wire, now }: View): Iterable<string> {
  const machines = new Map(
    tables.machines
      .filter(({ merged_into }) => merged_into === null)
      .map((row) => [`${String(row.adapter)} ${String(row.system_serial)}`, row]),
  );
  const places = new Map(tables.placements.map((row) => [row.machine, row]));
  for (const { adapter, serial, node, cluster, since, times } of wire.listed.places.values()) {
    if (now - since < SAID_FOR_MS || times < SAID_TIMES) continue;
    const machine = machines.get(`${adapter} ${serial}`);
    const place = machine && places.get(machine.id);
    if (place !== undefined && (place.node_name !== node || place.cluster !== cluster))
      yield `machine ${String(place.machine)} is placed as ${String(place.node_name)}, and ${adapter} has listed it as ${node} since ${new Date(since).toISOString()}`;
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
