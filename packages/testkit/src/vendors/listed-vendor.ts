import type { Sighting } from "@slipway/domain";
import type { VendorEvent, VendorSession } from "@slipway/plugin-sdk";

/** A vendor of which a test says what it lists and what happened, and which pages it was asked for. */
export interface ListedVendor {
  readonly session: VendorSession;
  /** What is listed, each said at the moment of the call. */
  nodes: readonly Omit<Sighting, "observed_at">[];
  events: VendorEvent[];
  /** The pages that were asked for, in order; undefined is the first. */
  readonly pages: (string | undefined)[];
}

/** A vendor made of two lists; it can do nothing to a node. @param now milliseconds since 1970 */
export function listedVendor(now: () => number, { pageSize = 500 }: { readonly pageSize?: number } = {}): ListedVendor {
  const vendor: ListedVendor = {
    nodes: [],
    events: [],
    pages: [],
    session: {
      async listNodes(page) {
        vendor.pages.push(page);
        const from = Number(page ?? 0);
        const observed_at = new Date(now()).toISOString();
        const items = vendor.nodes.slice(from, from + pageSize).map((node) => ({ ...node, observed_at }) as Sighting);
        return from + pageSize < vendor.nodes.length ? { items, next: String(from + pageSize) } : { items };
      },
      async listEvents(cursor) {
        return { items: vendor.events.slice(Number(cursor ?? 0)), cursor: String(vendor.events.length) };
      },
      close: () => Promise.resolve(),
    },
  };
  return vendor;
}
