import type { Sighting, VendorEvent, VendorSession } from "@slipway/plugin-sdk";
import type { Adapter } from "@slipway/collect";
import type { Store } from "@slipway/store";
import type { VendorCall } from "@slipway/testkit/vendors";
import { chances, type Chances } from "./chances.ts";
import type { Faults } from "./faults.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Part of a vendor's interface that is down, while the rest answers. */
const ACTS: readonly VendorCall[] = ["power", "openRepair", "returnToService"];
const PARTS: readonly [readonly VendorCall[], ...(readonly VendorCall[])[]] = [
  [...ACTS, "listNodes", "listEvents", "operation"],
  ["listEvents"],
  ACTS,
];
const DATED_AHEAD = "2099-12-31T00:00:00.000Z";

interface Outage {
  readonly adapter: string;
  readonly calls: readonly VendorCall[];
  readonly until: number;
}

/** What the vendors of a seed do and say by themselves, whichever process asks. */
export class Vendors {
  /** How often each act has booted a node, by its key. */
  readonly booted = new Map<string, number>();
  readonly #draw: Chances;
  readonly #faults: Faults;
  readonly #now: () => number;
  /** Whether a repeated boot is done again: the vendors know no keys. */
  readonly #keyless: boolean;
  readonly #bans = new Map<string, VendorEvent[]>();
  #outages: Outage[] = [];

  constructor(seed: number, faults: Faults, now: () => number) {
    this.#draw = chances(seed, "vendors");
    this.#faults = faults;
    this.#now = now;
    this.#keyless = this.#draw.chance(0.5);
  }

  /** From now on these calls of this vendor fail, for hours. */
  goDown(adapter: string, calls: readonly VendorCall[] = this.#draw.pick(PARTS)): void {
    this.#outages.push({ adapter, calls, until: this.#now() + this.#draw.pick([3, 8, 16]) * HOUR });
    this.#faults.struck["vendor-down"] += 1;
  }

  /** Whether a call fails because its part is down; an act may be the first that does. */
  isDown(adapter: string, call: VendorCall): boolean {
    if (ACTS.includes(call) && this.#faults.draws("vendor-down")) this.goDown(adapter, ACTS);
    if (!this.#faults.active || this.#outages.length === 0) return false;
    const now = this.#now();
    this.#outages = this.#outages.filter(({ until }) => until > now);
    return this.#outages.some((outage) => outage.adapter === adapter && outage.calls.includes(call));
  }

  /** A vendor bans a machine for some days, as its next events say; one that is being validated where there is one. */
  async ban(store: Pick<Store, "transaction">, adapter: string): Promise<void> {
    const machine = await store.transaction(async (tx) => {
      const running = await tx.find("validations", { where: { adapter, status: "running" }, orderBy: ["id"] });
      const machines = await tx.find("machines", { where: { adapter, merged_into: null }, orderBy: ["id"] });
      const validated = machines.filter(({ id }) => running.some((row) => row.machine === id));
      const from = validated.length > 0 && this.#draw.chance(0.7) ? validated : machines;
      const picked = from[this.#draw.between(0, from.length - 1)];
      const [place] =
        picked === undefined ? [] : await tx.find("placements", { where: { machine: picked.id, until_at: null } });
      return picked && place && { serial: picked.system_serial, ...place };
    });
    if (machine?.serial === undefined || machine.serial === null) return;
    const bans = this.#bans.get(adapter) ?? [];
    const at = this.#now();
    const event: VendorEvent = {
      id: `${adapter}/own/${String(bans.length)}`,
      kind: "ban",
      node: { nodeName: machine.node_name ?? "", cluster: machine.cluster ?? undefined },
      systemSerial: machine.serial,
      at: new Date(at).toISOString(),
      cause: this.#draw.pick(["hardware", "workload", "configuration"]),
      reason: "the vendor keeps the node back",
    };
    const lifted = new Date(at + this.#draw.between(1, 4) * DAY).toISOString();
    this.#bans.set(adapter, [...bans, event, { ...event, id: `${event.id}/lifted`, kind: "unban", at: lifted }]);
    this.#faults.struck["vendor-bans"] += 1;
  }

  /** A vendor's adapter with what its vendor does by itself. */
  open(id: string, inner: Adapter): Adapter {
    return inner.vendor === undefined
      ? inner
      : { ...inner, vendor: { session: this.#session(id, inner.vendor.session) } };
  }

  #session(id: string, inner: VendorSession): VendorSession {
    const [listEvents, power] = [inner.listEvents?.bind(inner), inner.power?.bind(inner)];
    return {
      ...inner,
      listNodes: async (page, options) => {
        const list = await inner.listNodes(page, options);
        const [item] = list.items;
        return item !== undefined && this.#faults.strikes("sighting-ahead")
          ? { ...list, items: [...list.items, aheadOf(this.#draw.pick([item, ...list.items]))] }
          : list;
      },
      ...(listEvents && {
        listEvents: async (cursor, options) => {
          const list = await listEvents(cursor, options);
          const own = this.#bansBetween(id, Number(cursor ?? -Infinity), Number(list.cursor));
          const items = [...list.items, ...own].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
          return { ...list, items: items.map((event) => (this.#faults.strikes("event-bare") ? bare(event) : event)) };
        },
      }),
      ...(power && {
        power: async (node, op, options) => {
          const booted = this.booted.get(options.key) ?? 0;
          if (this.#keyless) this.#faults.struck["power-without-keys"] += 1;
          const key = this.#keyless && booted > 0 ? `${options.key}/${String(booted + 1)}` : options.key;
          const done = await power(node, op, { ...options, key });
          if (done.state === "accepted") this.booted.set(options.key, booted + 1);
          return { ...done, id: options.key };
        },
      }),
    };
  }

  #bansBetween(adapter: string, after: number, until: number): readonly VendorEvent[] {
    return (this.#bans.get(adapter) ?? []).filter(({ at }) => Date.parse(at) > after && Date.parse(at) <= until);
  }
}

/** The same machine as it is said to stand elsewhere in a time to come. */
const aheadOf = (sighting: Sighting): Sighting => ({
  ...sighting,
  node_name: `${String(sighting.node_name)}-ahead`,
  observed_at: DATED_AHEAD,
});

/** An event that names its node and nothing else: neither its cluster nor its machine. */
const bare = ({ systemSerial: _serial, node: { nodeName }, ...event }: VendorEvent): VendorEvent => ({
  ...event,
  node: { nodeName },
});
