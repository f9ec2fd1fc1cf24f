import type { Sighting } from "@slipway/domain";
import { VendorError, type VendorSession } from "@slipway/plugin-sdk";
import { faultySession, type VendorCall, type VendorFault } from "@slipway/testkit/vendors";
import { describe, expect, it } from "vitest";
import type { Adapter } from "@slipway/collect";
import { takeTurn } from "@slipway/reconciler";
import { intentRow } from "@slipway/store/testing";
import { startRunner } from "../runner.ts";
import { vendorAccountKind } from "./account.ts";
import { nodesOf, vendorWorld, type VendorWorld } from "../../test/vendor-world.ts";

const AWAY = new VendorError("retry", "503 Service Unavailable");

/** The world's vendor with a fault of one call, from its `from`-th on. */
const faulty = ({ vendor, clock }: VendorWorld, call: VendorCall, fault: VendorFault, from = 0) =>
  faultySession(
    vendor.session,
    (name, before) => (name === call && before >= from ? fault : undefined),
    (ms) => clock.sleep(ms),
  );
/** The world's vendor, which lists a node that is no longer there after something has happened meanwhile. */
const stale = ({ vendor, clock }: VendorWorld, meanwhile: () => Promise<void>): VendorSession => ({
  ...vendor.session,
  async listNodes() {
    const observed_at = new Date(clock.now()).toISOString();
    await meanwhile();
    return { items: nodesOf(1, { from: 1 }).map((node) => ({ ...node, observed_at }) as Sighting) };
  },
});
const account = ({ store }: VendorWorld) => store.snapshot("vendor_accounts").find(({ id }) => id === "listed");
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
    const look = (): Promise<void> => world.look({ session });
    await look();
    expect(account(world)).toMatchObject({ failed_looks: 1, look_error: AWAY.message });
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
    await world.look({ session });
    expect(account(world)).toMatchObject({ look_error: AWAY.message, page: "4" });
    expect(Object.keys(sightings(world))).toHaveLength(4);
    await world.look();
    expect(world.vendor.pages).toEqual([undefined, "2", "4"]);
    expect(Object.keys(sightings(world))).toHaveLength(5);
  });

  it.each(["listNodes", "listEvents"] as const)("ends at its deadline when %s is never answered", async (call) => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(1);
    void world.look({ session: faulty(world, call, { kind: "hangs" }) });
    await world.clock.runUntil(world.clock.now() + 10 * world.parts.limits.vendorCallMs);
    expect(account(world)).toMatchObject({
      acting: null,
      failed_looks: 1,
      look_error: "the vendor did not answer within 30 s",
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

  it("goes on at one vendor while another one never answers", async () => {
    const world = vendorWorld();
    const runner = await startRunner({
      ...world.parts,
      adapters: new Map(
        Object.entries({ silent: faulty(world, "listNodes", { kind: "hangs" }), listed: world.vendor.session }).map(
          ([id, session]) => [id, { vendor: { session } } as unknown as Adapter],
        ),
      ),
    });
    await world.clock.runUntil(world.clock.now() + 20_500);
    expect(world.vendor.pages.length).toBeGreaterThanOrEqual(4);
    await runner.stop({ now: true });
  });

  it("is one worker's at a time, and another's once the one that had it is gone", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(3);
    const start = (id: string, session: VendorSession) =>
      startRunner({
        ...world.parts,
        worker: { ...world.parts.worker, id },
        adapters: new Map([["listed", { vendor: { session } } as unknown as Adapter]]),
        limits: { ...world.parts.limits, vendorCallMs: 3_600_000 },
      });
    const first = await start("worker/1", faulty(world, "listNodes", { kind: "hangs" }));
    await world.clock.runUntil(world.clock.now() + 10_000);
    const second = await start("worker/2", world.vendor.session);
    await world.clock.runUntil(world.clock.now() + 120_000);
    expect(world.vendor.pages).toHaveLength(0);
    await first.stop({ now: true });
    await world.clock.runUntil(world.clock.now() + 120_000);
    expect(world.vendor.pages.length).toBeGreaterThan(0);
    await second.stop({ now: true });
  });

  it("writes nothing more when it stood still until another worker had ended the look", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(1);
    await world.look({ worker: "worker/1", session: stale(world, () => world.look({ worker: "worker/2" })) });
    expect(sightings(world)).toEqual({ "c1-n0": 1 });
    expect(account(world)).toMatchObject({ acting: null, failed_looks: 0 });
  });

  it("writes nothing more when it stood still until another worker had begun the look anew, and leaves it to that one", async () => {
    const world = vendorWorld();
    world.vendor.nodes = nodesOf(1);
    const ends = Promise.withResolvers<void>();
    let other: Promise<void> | undefined;
    const session: VendorSession = {
      ...world.vendor.session,
      listNodes: async (page, options) => {
        await ends.promise;
        return world.vendor.session.listNodes(page, options);
      },
    };
    const begins = async (): Promise<void> => {
      other = world.look({ worker: "worker/2", session });
      await world.clock.runUntil(world.clock.now());
    };
    await world.look({ worker: "worker/1", session: stale(world, begins) });
    expect(sightings(world)).toEqual({});
    expect(account(world)?.acting).not.toBeNull();
    ends.resolve();
    await other;
    expect(sightings(world)).toEqual({ "c1-n0": 1 });
    expect(account(world)).toMatchObject({ acting: null, failed_looks: 0 });
  });

  it("is tried on, later, where workers die of it", async () => {
    const world = vendorWorld();
    const kind = vendorAccountKind(world.parts);
    await world.look();
    const reason = "look: two workers that ran nothing else died of it";
    await takeTurn({ ...world.parts, kinds: [kind] }, async ({ tx, change }) => {
      const row = await tx.get("vendor_accounts", { id: "listed" });
      if (row !== undefined)
        await kind.record(change, row, intentRow("k"), { did: "parked", code: "WorkEndsWorkers", reason });
    });
    expect(account(world)).toMatchObject({ failed_looks: 1, look_error: reason, due_at: world.clock.now() + 5_000 });
  });

  it("is tried again after pauses that grow to ten minutes, or when the vendor says", async () => {
    const world = vendorWorld();
    const pauses: number[] = [];
    const failing = async (error: VendorError): Promise<void> => {
      const session = faulty(world, "listNodes", { kind: "fails", error });
      await world.look({ session, everyMs: 5_000, afterMs: pauses.at(-1) ?? 0 });
      pauses.push((account(world)?.due_at ?? 0) - world.clock.now());
    };
    for (let tries = 0; tries < 9; tries += 1) await failing(AWAY);
    expect(pauses.map((ms) => ms / 1_000)).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600]);
    await failing(new VendorError("throttled", "429 Too Many Requests", { retryAfterMs: 1_800_000 }));
    expect(pauses.at(-1)).toBe(1_800_000);
    expect(account(world)).toMatchObject({ failed_looks: 10, look_error: "429 Too Many Requests" });
  });
});
