import { bigint, int, orNull, table, text, time } from "./columns.ts";
import { header } from "./header.ts";

/** Vendor accounts, one for each adapter that a worker has opened: how far each vendor's lists were taken in. */
export const vendor_accounts = table(
  {
    /** The adapter, by the id that machines carry. */
    id: text(),
    ...header,
    /** Rises with every worker that begins a look; one with an older one has lost it. */
    fence: bigint(),
    /** Page of the list of nodes to go on from; null is the first. */
    page: orNull(text()),
    /** Up to where its events are taken in; null is none. */
    events_cursor: orNull(text()),
    /** The last identity event that planning has seen. */
    identity_cursor: bigint(),
    /** The last spare machine that planning has seen; 0 begins anew. */
    plan_cursor: bigint(),
    /** Failed looks in a row, for the pause before the next, and what the last one failed of. */
    failed_looks: int(),
    look_error: orNull(text()),
  },
  { key: ["id"] },
);

/** What a vendor said last of each node that it lists, so that what did not change is not kept again. */
export const vendor_nodes = table(
  {
    adapter: text(),
    /** Cluster, name and instance as they are listed. */
    node: text(),
    /** Digest of what was said but for its times; null when none of it was taken in. */
    content: orNull(text()),
    /** The same of what was refused last. */
    refused: orNull(text()),
  },
  { key: ["adapter", "node"] },
);

/** Events of vendors that were taken in: one that is told again is not heard twice. */
export const vendor_events = table(
  {
    adapter: text(),
    /** The sender's own id. */
    id: text(),
    kind: text<"ban" | "unban" | "leave" | "enter" | "out-for-repair" | "returned">(),
    node: text(),
    /** When it happened, as the sender says. */
    at: time(),
    taken_at: time(),
    /** The machine on which it is booked; null where none of the sender's is certain. */
    machine: orNull(bigint()),
  },
  { key: ["adapter", "id"] },
);
