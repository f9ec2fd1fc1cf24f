import { Sighting } from "@slipway/domain";
import { VendorError, type ActOptions, type TargetRef, type Vendor, type VendorSession } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";

/** A vendor as its contract suite opens it: anew for each test, in the same state. */
export interface OpenedVendor {
  readonly session: VendorSession;
  /** A node that the vendor lists. */
  readonly node: TargetRef;
  /** How often the vendor has done something to a node. */
  readonly acts: () => number;
  /** Lets something happen to the vendor's nodes, of which its events tell. */
  readonly goOn: () => Promise<void>;
  /** Lets `ms` pass for calls under way. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Opens the vendor; a silent one answers no call. */
type Open = (how: { readonly silent: boolean }) => Promise<OpenedVendor>;

/**
 * The contract that every vendor adapter keeps, as a vitest suite: a list ends and names each node once, events come
 * in order and each once, the same key twice is one act, and a call that fails says so by a `VendorError`, in time.
 * What the vendor does not declare is not asked of it.
 */
export function vendorContract(vendor: Vendor, open: Open): void {
  describe(`${vendor.id} keeps the contract of a vendor`, () => {
    lists(vendor, open);
    acts(vendor, open);
    ends(vendor, open);
  });
}

const CALL = { signal: new AbortController().signal, deadlineMs: 30_000 };
/** Pages after which a list counts as endless. */
const MOST_PAGES = 10_000;

function lists({ capabilities }: Vendor, open: Open): void {
  it("lists each node once, by pages that end, as sightings", async () => {
    const { session } = await open({ silent: false });
    const nodes: string[] = [];
    let page: string | undefined;
    for (let pages = 0; pages === 0 || page !== undefined; pages += 1) {
      expect(pages).toBeLessThan(MOST_PAGES);
      const { items, next } = await session.listNodes(page, CALL);
      for (const item of items) expect(Sighting.safeParse(item).error).toBeUndefined();
      nodes.push(...items.map((item) => [item.cluster, item.node_name, item.vendor_instance_id].join("/")));
      page = next;
    }
    expect(nodes.length).toBeGreaterThan(0);
    expect(new Set(nodes).size).toBe(nodes.length);
  });

  it.runIf(capabilities.events)("tells events in order and each once, and none twice after its cursor", async () => {
    const { session, goOn } = await open({ silent: false });
    await goOn();
    const told = await session.listEvents?.(undefined, CALL);
    const events = told?.items ?? [];
    expect(events.length).toBeGreaterThan(0);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const times = events.map(({ at }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect((await session.listEvents?.(told?.cursor, CALL))?.items).toEqual([]);
    expect((await session.listEvents?.(undefined, CALL))?.items).toEqual(events);
  });
}

/** One call of a session. Those that change nothing take no notice of the key. */
interface Call {
  readonly name: string;
  readonly run: (options: ActOptions) => Promise<unknown> | undefined;
}

/** The acts that a session has. */
function actsOf({ capabilities }: Vendor, session: VendorSession, node: TargetRef): readonly Call[] {
  const [op = "reboot"] = capabilities.power;
  const report = { category: "hardware", summary: "a port is gone" };
  const all: readonly Call[] = [
    { name: "power", run: (options) => session.power?.(node, op, options) },
    { name: "openRepair", run: (options) => session.openRepair?.(node, report, options) },
    { name: "returnToService", run: (options) => session.returnToService?.(node, options) },
  ];
  return all.filter(({ name }) => name in session);
}

/** Every call that a session has. */
function callsOf(vendor: Vendor, session: VendorSession, node: TargetRef): readonly Call[] {
  const lists: readonly Call[] = [
    { name: "listNodes", run: (options) => session.listNodes(undefined, options) },
    { name: "listEvents", run: (options) => session.listEvents?.(undefined, options) },
    { name: "operation", run: (options) => session.operation?.("of nothing", options) },
  ];
  return [...lists.filter(({ name }) => name in session), ...actsOf(vendor, session, node)];
}

function acts(vendor: Vendor, open: Open): void {
  const { capabilities } = vendor;

  it("has the methods that it declares, and no others", async () => {
    const { session } = await open({ silent: false });
    expect({
      power: session.power !== undefined,
      transport: session.transport !== undefined,
      events: session.listEvents !== undefined,
      repair: session.openRepair !== undefined,
      returnToService: session.returnToService !== undefined,
      operation: session.operation !== undefined,
    }).toEqual({
      ...capabilities,
      power: capabilities.power.length > 0,
      operation: capabilities.power.length > 0 || capabilities.repair || capabilities.returnToService,
    });
  });

  it("does each act once for the same key, and again for another", async () => {
    const { session, node, acts: done } = await open({ silent: false });
    for (const { name, run } of actsOf(vendor, session, node)) {
      const before = done();
      expect(await run({ ...CALL, key: `${name}/1` }), name).toMatchObject({ state: "accepted" });
      expect(await run({ ...CALL, key: `${name}/1` }), name).toMatchObject({ state: "already" });
      expect(done() - before, name).toBe(1);
      expect(await run({ ...CALL, key: `${name}/2` }), name).toMatchObject({ state: "accepted" });
      expect(done() - before, name).toBe(2);
    }
  });

  it("tells what became of an act by its key, and `unknown` of a key that nothing was asked for under", async () => {
    const { session, node, acts: done } = await open({ silent: false });
    for (const { name, run } of actsOf(vendor, session, node)) {
      const key = `${name}/looked-for`;
      expect(await session.operation?.(key, CALL), name).toMatchObject({ state: "unknown" });
      await run({ ...CALL, key });
      const before = done();
      expect((await session.operation?.(key, CALL))?.state, name).toMatch(/^(running|succeeded)$/);
      expect(done(), name).toBe(before);
    }
  });

  it("says `not-found` of a node that it has not, and does nothing", async () => {
    const { session, acts: done } = await open({ silent: false });
    const before = done();
    for (const { name, run } of actsOf(vendor, session, { nodeName: "no-such-node" }))
      expect(await failureOf(run({ ...CALL, key: name })), name).toSatisfy((error) =>
        VendorError.is(error, "not-found"),
      );
    expect(done()).toBe(before);
  });
}

/** What a call failed of. */
const failureOf = async (call: Promise<unknown> | undefined): Promise<unknown> => {
  try {
    await call;
  } catch (error) {
    return error;
  }
  return "it was answered";
};

function ends(vendor: Vendor, open: Open): void {
  it("ends each call at its deadline with `retry` when nobody answers, and has done nothing", async () => {
    const { session, node, acts: done, wait } = await open({ silent: true });
    for (const { name, run } of callsOf(vendor, session, node)) {
      const failure = failureOf(run({ ...CALL, key: name, deadlineMs: 1_000 }));
      await wait(1_000);
      expect(await failure, name).toSatisfy((error) => VendorError.is(error, "retry"));
    }
    expect(done()).toBe(0);
  });

  it("ends each call with its signal's reason when that is aborted, before it or while it waits", async () => {
    const { session, node, acts: done, wait } = await open({ silent: true });
    const reason = new Error("nobody waits any more");
    for (const { name, run } of callsOf(vendor, session, node)) {
      expect(await failureOf(run({ ...CALL, key: name, signal: AbortSignal.abort(reason) })), name).toBe(reason);
      const leaving = new AbortController();
      const failure = failureOf(run({ ...CALL, key: name, signal: leaving.signal }));
      await wait(10);
      leaving.abort(reason);
      expect(await failure, name).toBe(reason);
    }
    expect(done()).toBe(0);
  });
}
