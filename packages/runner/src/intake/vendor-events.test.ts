import type { VendorEvent } from "@slipway/plugin-sdk";
import { beforeEach, describe, expect, it } from "vitest";
import { nodesOf, START, vendorWorld, type VendorWorld } from "../../test/vendor-world.ts";

let world: VendorWorld;
beforeEach(() => {
  world = vendorWorld();
});

/** Lets `adapter` list nodes of its own, and looks at it. */
const lists = async (adapter: string, nodes: VendorWorld["vendor"]["nodes"]): Promise<void> => {
  world.vendor.nodes = nodes;
  await world.look({ adapter });
};
let told = 0;
const ban = (nodeName: string, rest: Partial<VendorEvent> & { readonly cluster?: string } = {}): VendorEvent => {
  const { cluster, ...over } = rest;
  return {
    id: `e${String((told += 1))}`,
    kind: "ban",
    node: { nodeName, cluster },
    at: new Date(START).toISOString(),
    cause: "hardware",
    ...over,
  };
};
/** Lets the vendor `listed` tell of events, which are heard in one look. */
const tells = async (...events: VendorEvent[]): Promise<void> => {
  world.vendor.events.push(...events);
  await world.look();
};
/** System serials of the machines that are banned. */
const banned = (): readonly (string | null)[] => {
  const machines = new Map(world.store.snapshot("machines").map((row) => [row.id, row.system_serial]));
  return world.store.snapshot("bans").map(({ machine }) => machines.get(machine) ?? null);
};
const items = (): readonly (readonly string[])[] =>
  world.store.snapshot("items").map(({ kind, subject, title }) => [kind, subject, title]);

describe("an event of a vendor", () => {
  it("is not booked on another vendor's machine of the same name, and opens an item", async () => {
    await lists("other", nodesOf(1, { adapter: "other" }));
    world.vendor.nodes = [];
    await tells(ban("c1-n0"));
    expect(banned()).toEqual([]);
    expect(items()).toEqual([
      ["vendor-event", "listed c1-n0", "listed: ban of c1-n0: listed has no machine that stands there now"],
    ]);
  });

  it("is booked on the sender's machine though another vendor's has the same name", async () => {
    await lists("other", nodesOf(1, { adapter: "other" }));
    await lists("listed", nodesOf(1, { cluster: "c2", node_name: "c1-n0" }));
    await tells(ban("c1-n0"));
    expect(banned()).toEqual(["Slistedc20"]);
    expect(items()).toEqual([]);
  });

  it("is booked by name on the machine that stands there now, not on one that stood there", async () => {
    await lists("listed", nodesOf(1));
    await lists("listed", nodesOf(1, { system_serial: "S-new" }));
    await tells(ban("c1-n0"));
    expect(banned()).toEqual(["S-new"]);
  });

  it("is not booked on a machine that has left the named place", async () => {
    await lists("listed", nodesOf(1));
    await lists("listed", nodesOf(1, { node_name: "c1-n9" }));
    await tells(ban("c1-n0"));
    expect(banned()).toEqual([]);
    expect(items()).toHaveLength(1);
  });

  it("is not booked on a machine that stands in another cluster than the event names", async () => {
    await lists("listed", nodesOf(1));
    await tells(ban("c1-n0", { cluster: "c7" }), ban("c1-n0", { cluster: "c7", systemSerial: "Slistedc10" }));
    expect(banned()).toEqual([]);
    expect(items().map(([, subject]) => subject)).toEqual(["listed c7/c1-n0"]);
  });

  it("is not booked by name where two of the sender's machines have it and no cluster is named", async () => {
    await lists("listed", [...nodesOf(1), ...nodesOf(1, { cluster: "c2", node_name: "c1-n0" })]);
    await tells(ban("c1-n0"));
    expect(banned()).toEqual([]);
    await tells(ban("c1-n0", { cluster: "c2" }));
    expect(banned()).toEqual(["Slistedc20"]);
  });

  it("is not booked on another vendor's machine of the serial that it names", async () => {
    await lists("other", nodesOf(1, { adapter: "other" }));
    await lists("listed", nodesOf(1));
    await tells(ban("c1-n0", { systemSerial: "Sotherc10" }));
    expect(banned()).toEqual([]);
    expect(items()).toHaveLength(1);
  });

  it("is heard once, though it is told again after a restart", async () => {
    await lists("listed", nodesOf(1));
    const event = ban("c1-n0");
    await tells(event, event);
    await tells({ ...event, cause: "fabric" });
    expect(banned()).toEqual(["Slistedc10"]);
    expect(world.store.snapshot("vendor_events")).toMatchObject([{ adapter: "listed", id: event.id, node: "c1-n0" }]);
  });
});
