import type { ActOptions, VendorOp, VendorSession } from "@slipway/plugin-sdk";

/** The calls of a session that a fault can strike. */
export type VendorCall = "listNodes" | "listEvents" | "power" | "openRepair" | "returnToService" | "operation";

/** What goes wrong with one call. */
export type VendorFault =
  /** It fails before anything was done. */
  | { readonly kind: "fails"; readonly error: Error }
  /** It is done, and its answer is lost. */
  | { readonly kind: "answer-lost"; readonly error: Error }
  /** It is never answered, whatever the caller aborts. */
  | { readonly kind: "hangs" }
  /** It is done at once and answered `ms` later. */
  | { readonly kind: "late"; readonly ms: number }
  /** A list holds each item twice; an act is done again under another key, as by a vendor that knows no keys. */
  | { readonly kind: "twice" };

/**
 * A session whose calls fail where the caller says so: tests and the simulation put it between the runner and a vendor.
 *
 * @param faultOf asked once a call, with how many calls of that name came before; undefined lets the call through
 * @param sleep waits on the clock that the runner goes by, for what is answered late
 */
export function faultySession(
  inner: VendorSession,
  faultOf: (call: VendorCall, before: number) => VendorFault | undefined,
  sleep: (ms: number) => Promise<void>,
): VendorSession {
  const counts = new Map<VendorCall, number>();
  const struck = async <T>(call: VendorCall, run: () => Promise<T>, again: (first: T) => Promise<T>): Promise<T> => {
    const before = counts.get(call) ?? 0;
    counts.set(call, before + 1);
    const fault = faultOf(call, before);
    if (fault?.kind === "fails") throw fault.error;
    if (fault?.kind === "hangs") return new Promise<T>(() => undefined);
    const answer = await run();
    if (fault?.kind === "answer-lost") throw fault.error;
    if (fault?.kind === "late") await sleep(fault.ms);
    return fault?.kind === "twice" ? again(answer) : answer;
  };
  const act = (
    name: VendorCall,
    options: ActOptions,
    call: (options: ActOptions) => Promise<VendorOp>,
  ): Promise<VendorOp> =>
    struck(
      name,
      () => call(options),
      async (first) => {
        await call({ ...options, key: `${options.key}/again` });
        return first;
      },
    );
  const [listEvents, power] = [inner.listEvents?.bind(inner), inner.power?.bind(inner)];
  const operation = inner.operation?.bind(inner);
  const [openRepair, returnToService] = [inner.openRepair?.bind(inner), inner.returnToService?.bind(inner)];
  return {
    ...(inner.transport && { transport: inner.transport }),
    listNodes: (page, options) => struck("listNodes", () => inner.listNodes(page, options), twice),
    ...(listEvents && {
      listEvents: (cursor, options) => struck("listEvents", () => listEvents(cursor, options), twice),
    }),
    ...(power && { power: (node, op, options) => act("power", options, (given) => power(node, op, given)) }),
    ...(openRepair && {
      openRepair: (node, report, options) => act("openRepair", options, (given) => openRepair(node, report, given)),
    }),
    ...(returnToService && {
      returnToService: (node, options) => act("returnToService", options, (given) => returnToService(node, given)),
    }),
    ...(operation && {
      operation: (key, options) =>
        struck(
          "operation",
          () => operation(key, options),
          (first) => Promise.resolve(first),
        ),
    }),
    close: () => inner.close(),
  };
}

const twice = <T extends { readonly items: readonly unknown[] }>(page: T): Promise<T> =>
  Promise.resolve({ ...page, items: [...page.items, ...page.items] });
