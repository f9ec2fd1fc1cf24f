import type { Sighting } from "@slipway/plugin-sdk";
import { hardwareName } from "./hardware-name.ts";

/** A time further ahead than this is no time that a vendor can have seen something at. */
const AHEAD_MS = 5 * 60_000;

/** Where a vendor says that a machine stands, list after list. */
export interface ListedPlace {
  readonly adapter: string;
  /** By which the machine is known. */
  readonly hardware: string;
  readonly node: string;
  readonly cluster: string;
  /** When it was said first, and how often since without another word. */
  readonly since: number;
  readonly times: number;
}

/** What vendors listed, as the processes were told. */
export class Listed {
  /** By adapter and hardware; without machines that the last list left out. */
  readonly places = new Map<string, ListedPlace>();
  /** How often something new was said of a node, by adapter and the node as it is listed. */
  readonly news = new Map<string, number>();
  /** What was said last of each node, by adapter. */
  readonly #said = new Map<string, ReadonlyMap<string, string>>();

  /** @param now milliseconds since 1970, by the true clock */
  add(adapter: string, items: readonly Sighting[], now: number): void {
    const before = this.#said.get(adapter) ?? new Map<string, string>();
    const said = new Map<string, string>();
    const placed = new Set<string>();
    for (const item of items) {
      const [node, content] = [nodeListed(adapter, item), contentOf(item)];
      if (before.get(node) !== content && said.get(node) !== content)
        this.news.set(node, (this.news.get(node) ?? 0) + 1);
      said.set(node, content);
      if (Date.parse(item.observed_at) > now + AHEAD_MS) continue;
      placed.add(`${adapter} ${hardwareOf(item)}`);
      this.#place(adapter, item, now);
    }
    this.#said.set(adapter, said);
    for (const [key, place] of this.places) if (place.adapter === adapter && !placed.has(key)) this.places.delete(key);
  }

  #place(adapter: string, item: Sighting, now: number): void {
    const [hardware, node, at] = [hardwareOf(item), item.node_name ?? "", item.cluster ?? ""];
    const known = this.places.get(`${adapter} ${hardware}`);
    const same = known?.node === node && known.cluster === at;
    this.places.set(`${adapter} ${hardware}`, {
      adapter,
      hardware,
      node,
      cluster: at,
      since: same ? known.since : now,
      times: same ? known.times + 1 : 1,
    });
  }
}

const hardwareOf = ({ system_serial, gpu_serials }: Sighting): string =>
  hardwareName(system_serial ?? null, gpu_serials ?? []);

/** Names a node of a vendor's list. */
export const nodeListed = (
  adapter: string,
  { cluster, node_name, vendor_instance_id }: Pick<Sighting, "cluster" | "node_name" | "vendor_instance_id">,
): string => [adapter, cluster, node_name, vendor_instance_id].map((part) => part ?? "").join("/");

const contentOf = ({ system_serial, gpu_serials, rack, tray }: Sighting): string =>
  [system_serial, gpu_serials?.join(), rack, tray].join(" ");
