import type { Sighting, VendorCapabilities, VendorEvent, VendorSession } from "@slipway/plugin-sdk";
import type { Adapter } from "@slipway/collect";

/** A vendor of the simulation: clusters of the lab, and the names that its nodes have outside. */
interface Share {
  readonly adapter: string;
  readonly vendor: string;
  /** What the lab puts before the names of these nodes. */
  readonly prefix: string;
}

/** What stands before the name of a node, whichever vendor it is of: both have a `node-a-r00-t00`. */
const PREFIX = "node-";
export const SHARES: readonly Share[] = [
  { adapter: "lab", vendor: "azure", prefix: "az-gb300-" },
  { adapter: "lab-oci", vendor: "oci", prefix: "oci-h100-" },
];

/** One lab as two vendors, each with clusters of its own, whose nodes have the same names. */
export function twoVendors(
  lab: Adapter,
  capabilities: VendorCapabilities,
): { readonly adapters: ReadonlyMap<string, Adapter>; readonly capabilities: ReadonlyMap<string, VendorCapabilities> } {
  return {
    adapters: new Map(SHARES.map((share) => [share.adapter, shareOf(lab, share)])),
    capabilities: new Map(SHARES.map(({ adapter }) => [adapter, capabilities])),
  };
}

function shareOf({ transport, vendor }: Adapter, share: Share): Adapter {
  const inside = <T extends { readonly name: string }>(host: T): T => ({ ...host, name: insideName(share, host.name) });
  return {
    transport: {
      connect: (host, signal) => transport.connect(inside(host), signal),
      close: () => {
        transport.close();
      },
    },
    ...(vendor === undefined ? {} : { vendor: { session: sessionOf(vendor.session, share) } }),
  };
}

const insideName = ({ prefix }: Share, name: string): string => name.replace(PREFIX, prefix);
const outsideName = ({ prefix }: Share, name: string): string => name.replace(prefix, PREFIX);

function sessionOf(inner: VendorSession, share: Share): VendorSession {
  const [listEvents, power] = [inner.listEvents?.bind(inner), inner.power?.bind(inner)];
  const [openRepair, returnToService] = [inner.openRepair?.bind(inner), inner.returnToService?.bind(inner)];
  const operation = inner.operation?.bind(inner);
  const inside = <T extends { readonly nodeName: string }>(node: T): T => ({
    ...node,
    nodeName: insideName(share, node.nodeName),
  });
  return {
    async listNodes(page, options) {
      const list = await inner.listNodes(page, options);
      return { ...list, items: list.items.flatMap((sighting) => sightingOf(share, sighting)) };
    },
    ...(listEvents && {
      listEvents: async (cursor, options) => {
        const list = await listEvents(cursor, options);
        return { ...list, items: list.items.flatMap((event) => eventOf(share, event)) };
      },
    }),
    ...(power && { power: (node, op, options) => power(inside(node), op, options) }),
    ...(openRepair && { openRepair: (node, report, options) => openRepair(inside(node), report, options) }),
    ...(returnToService && { returnToService: (node, options) => returnToService(inside(node), options) }),
    ...(operation && { operation }),
    close: () => Promise.resolve(),
  };
}

function sightingOf(share: Share, sighting: Sighting): Sighting[] {
  const name = sighting.node_name;
  if (typeof name !== "string" || !name.startsWith(share.prefix)) return [];
  return [{ ...sighting, node_name: outsideName(share, name), adapter: share.adapter }];
}

function eventOf(share: Share, event: VendorEvent): VendorEvent[] {
  const { nodeName } = event.node;
  if (!nodeName.startsWith(share.prefix)) return [];
  return [{ ...event, node: { ...event.node, nodeName: outsideName(share, nodeName) } }];
}
