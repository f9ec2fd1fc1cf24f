import type { Sighting } from "@slipway/domain";
import { VendorError, type VendorSession } from "@slipway/plugin-sdk";
import { faultySession, type VendorCall, type VendorFault } from "@slipway/testkit/vendors";
import { describe, expect, it } from "vitest";
import { nodesOf, vendorWorld, type VendorWorld } from "../../test/vendor-world.ts";

const AWAY = new VendorError("retry", "503 Service Unavailable");

/** The world's vendor with a fault of one call, from its `from`-th on. */
const faulty = ({ vendor, clock }: VendorWorld, call: VendorCall, fault: VendorFault, from = 0) =>
  faultySession(
    vendor.session,
    (name, before) => (name === call && before >= from ? fault : undefined),
    (ms) => clock.sleep(ms),
  );
/** How many sightings each node has. */
const sightings = ({ store }: VendorWorld): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(store.snapshot("sightings"), ({ body }) => String(body["node_name"]))].map(([node, rows]) => [
      node,
      rows.length,
    ]),
  );

describe("a look at a vendor", () => {
  it("inserts no row for an unchanged fleet of 1,200 when its worker has just started", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(1_200);
    expect((await world.added(() => world.look())).sightings).toBe(1_200);
    expect(await world.added(() => world.look())).toEqual({});
  });

  it("inserts no row for an unchanged fleet while the events endpoint answers 503 after the list", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(20);
    const session = faulty(world, "listEvents", { kind: "fails", error: AWAY });
    const look = (): Promise<unknown> => world.look({ session }).catch((error: unknown) => error);
    expect(await look()).toBe(AWAY);
    expect(sightings(world)["c1-n0"]).toBe(1);
    expect(await world.added(look)).toEqual({});
  });

  it("keeps no second sighting of a node of which only a time changed, and one of each other change", async () => {
    const world = vendorWorld();
    const say = async (rest: object): Promise<number | undefined> => {
      world.vendor.nodes = nodesOf(1, { ...rest });
      await world.look();
      return sightings(world)["c1-n0"];
    };
    expect(await say({ last_seen_at: "10:00", agent: { version: 1, lastHeartbeatTime: "10:00" } })).toBe(1);
    expect(await say({ last_seen_at: "10:01", agent: { version: 1, lastHeartbeatTime: "10:01" } })).toBe(1);
    expect(await say({ last_seen_at: "10:02", agent: { version: 2, lastHeartbeatTime: "10:02" } })).toBe(2);
    expect(await say({ last_seen_at: "10:03", agent: { version: 1, lastHeartbeatTime: "10:03" } })).toBe(3);
  });

  it("hears a node again that was not listed for a while", async () => {
    const world = vendorWorld();
    for (const rack of ["r1", undefined, "r1"]) {
      world.vendor.nodes = [...nodesOf(1, { from: 1 }), ...(rack === undefined ? [] : nodesOf(1, { rack }))];
      await world.look();
    }
    expect(sightings(world)).toEqual({ "c1-n0": 2, "c1-n1": 1 });
  });

  it("takes in each page by itself and goes on from the page that failed", async () => {
    const world = vendorWorld({ pageSize: 2 });
    world.vendor.nodes = nodesOf(5);
    const session = faulty(world, "listNodes", { kind: "fails", error: AWAY }, 2);
    await expect(world.look({ session })).rejects.toBe(AWAY);
    expect(Object.keys(sightings(world))).toHaveLength(4);
    await world.look();
    expect(world.vendor.pages).toEqual([undefined, "2", "4"]);
    expect(Object.keys(sightings(world))).toHaveLength(5);
  });

  it.each(["listNodes", "listEvents"] as const)("ends at its deadline when %s is never answered", async (call) => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(1);
    const end = world.look({ session: faulty(world, call, { kind: "hangs" }) }).catch((error: unknown) => error);
    await world.clock.runUntil(world.clock.now() + 10 * world.parts.limits.vendorCallMs);
    expect(await Promise.race([end, Promise.resolve("still waiting")])).toMatchObject({
      name: "VendorError",
      kind: "retry",
    });
  });

  it("plans its machines though more than 1,000 spare ones that it does not serve come before them", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(1_100, { adapter: "elsewhere" });
    await world.look({ adapter: "filed" });
    world.vendor.nodes = nodesOf(3, { cluster: "c2" });
    await world.look();
    expect(world.store.snapshot("validations").map(({ node }) => node)).toEqual(["c2-n0", "c2-n1", "c2-n2"]);
  });

  it("lists once an interval, however many workers look", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(3);
    const everyMs = 10_000;
    for (const afterMs of [60_000, 9_000, 2_000])
      for (const worker of ["worker/1", "worker/2", "worker/3"])
        await world.look({ worker, everyMs, afterMs: worker === "worker/1" ? afterMs : 0 });
    expect(world.vendor.pages).toHaveLength(2);
  });

  it("is one worker's at a time, and another's when it has said nothing for two calls' time", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(3);
    void world.look({ worker: "worker/1", session: faulty(world, "listNodes", { kind: "hangs" }) });
    const lease = 2 * world.parts.limits.vendorCallMs;
    for (const afterMs of [0, lease - 1_000]) await world.look({ worker: "worker/2", afterMs });
    expect(world.vendor.pages).toHaveLength(0);
    await world.look({ worker: "worker/2", afterMs: 2_000 });
    expect(world.vendor.pages).toHaveLength(1);
  });

  it("writes nothing more when it stood still until another worker had the lease", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(1);
    const [stale] = nodesOf(1, { from: 1 });
    const session: VendorSession = {
      ...world.vendor.session,
      async listNodes() {
        const observed_at = new Date(world.clock.now()).toISOString();
        await world.look({ worker: "worker/2", afterMs: 2 * world.parts.limits.vendorCallMs });
        return { items: [{ ...stale, observed_at } as Sighting] };
      },
    };
    expect(await world.look({ worker: "worker/1", session })).toBeUndefined();
    expect(sightings(world)).toEqual({ "c1-n0": 1 });
  });

  it("is tried again after pauses that grow to ten minutes, or when the vendor says", async () => {
    const world = vendorWorld();
    const pauses: number[] = [];
    const failing = async (error: VendorError): Promise<void> => {
      const session = faulty(world, "listNodes", { kind: "fails", error });
      await expect(world.look({ session, everyMs: 5_000, afterMs: pauses.at(-1) ?? 0 })).rejects.toBe(error);
      pauses.push((world.store.snapshot("vendor_looks")[0]?.due_at ?? 0) - world.clock.now());
    };
    for (let tries = 0; tries < 9; tries += 1) await failing(AWAY);
    expect(pauses.map((ms) => ms / 1_000)).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600]);
    await failing(new VendorError("throttled", "429 Too Many Requests", { retryAfterMs: 1_800_000 }));
    expect(pauses.at(-1)).toBe(1_800_000);
    expect(world.store.snapshot("vendor_looks")).toMatchObject([{ failures: 10, last_error: "429 Too Many Requests" }]);
  });
});
