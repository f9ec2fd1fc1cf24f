import { SlipwayError, type ActContext, type Connection, type VendorSession } from "@slipway/plugin-sdk";
import type { ActBase } from "@slipway/reconciler";
import { askVendor } from "./ask-vendor.ts";
import type { RunnerParts } from "./parts.ts";
import { adapterOf, sessionOf } from "./routing.ts";

/** Runs something with all that an act sees of the world, through what this worker has open. */
export async function inContext<T>(
  parts: RunnerParts,
  { needs, ...base }: ActBase,
  work: (context: ActContext) => Promise<T>,
): Promise<T> {
  const opened: Connection[] = [];
  const context: ActContext = {
    ...base,
    log: { info: say(parts, base.key, "info"), warn: say(parts, base.key, "warn") },
    vendor: (account) => withinDeadline(parts, sessionOf(parts, { adapter: account })),
    async exec(host) {
      const connection = await adapterOf(parts, { adapter: wayAmong(needs) }).transport.connect(host, base.signal);
      opened.push(connection);
      return connection;
    },
    scheduler: () => notHere("scheduler"),
    bmc: () => notHere("management controller"),
    notify: () => notHere("way to tell people something"),
  };
  try {
    return await work(context);
  } finally {
    for (const connection of opened) connection.close();
  }
}

/** The adapter of the way to an act's node: a way by ssh or to this host, where it needs one, else through its vendor. */
function wayAmong(needs: readonly string[]): string {
  const [ssh, local] = [needs.find((need) => need.startsWith("ssh:")), needs.find((need) => need === "local")];
  if (ssh !== undefined) return "ssh";
  return local ?? needs.find((need) => need.startsWith("vendor:"))?.slice("vendor:".length) ?? "";
}

/** A session whose calls end at their deadline, whether it answers or not. */
function withinDeadline({ clock }: RunnerParts, session: VendorSession): VendorSession {
  const listEvents = session.listEvents?.bind(session);
  const power = session.power?.bind(session);
  const openRepair = session.openRepair?.bind(session);
  const returnToService = session.returnToService?.bind(session);
  const operation = session.operation?.bind(session);
  return {
    listNodes: (page, options) => askVendor(clock, options, (within) => session.listNodes(page, within)),
    close: () => session.close(),
    ...(listEvents && {
      listEvents: (cursor, options) => askVendor(clock, options, (within) => listEvents(cursor, within)),
    }),
    ...(power && {
      power: (node, op, options) => askVendor(clock, options, (within) => power(node, op, { ...options, ...within })),
    }),
    ...(openRepair && {
      openRepair: (node, report, options) =>
        askVendor(clock, options, (within) => openRepair(node, report, { ...options, ...within })),
    }),
    ...(returnToService && {
      returnToService: (node, options) =>
        askVendor(clock, options, (within) => returnToService(node, { ...options, ...within })),
    }),
    ...(operation && {
      operation: (key, options) => askVendor(clock, options, (within) => operation(key, within)),
    }),
  };
}

const say =
  ({ emit }: RunnerParts, key: string, level: "info" | "warn") =>
  (fields: object, message: string): void => {
    emit({ event: "act-said", key, level, message, fields });
  };

function notHere(what: string): never {
  throw new SlipwayError("contract", `this release has no ${what}`);
}
