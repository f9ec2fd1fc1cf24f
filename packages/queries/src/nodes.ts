import { Account, FieldName, IdentityEventKind } from "@slipway/domain";
import type { CurrentValues, SourcedValue } from "@slipway/policy";
import type { Row, Store } from "@slipway/store";
import { z } from "zod";
import { defineDocument, type ContentOf } from "./document.ts";
import { count, list, machineId, nodeName, shown, time } from "./fields.ts";
import { nodeNames } from "./machines.ts";

const text = () => z.string().nullable();

const machineFields = shown(["account_since", "created_at"], {
  id: machineId(),
  system_serial: text(),
  gpu_serials: list(z.string()).describe("in the order of the GPU indices, with repeats"),
  gpu_uuids: list(z.string()),
  identity_rules: count().describe("number of the rules of identity that it was last told apart by"),
  account: Account.describe("where its capacity is booked"),
  account_since: time(),
  vendor: text(),
  sku: text(),
  adapter: text().describe("by what it is reached"),
  cluster: text(),
  merged_into: z.int().nullable().describe("the machine that it turned out to be"),
  created_at: time(),
  generation: count().describe("one higher with every change"),
});

const placementFields = shown(["from_at", "until_at"], {
  id: z.int(),
  machine: machineId(),
  vendor: text(),
  sku: text(),
  cluster: text(),
  node_name: text(),
  vendor_instance_id: text(),
  host_id: text(),
  rack: text(),
  tray: text(),
  nvlink_domain: text(),
  ibkey: text(),
  from_at: time(),
  until_at: time().nullable().describe("null: it stands there now"),
});

const sourced = {
  value: z.unknown(),
  source: z.string(),
  observedAt: time(),
  sighting: z.int().describe("number of the sighting that says so"),
};
const valueFields = shown(["observedAt"], sourced);
/** A file of the fleet says a value without a sighting and a time. */
const saidFields = z.object(valueFields.shape).partial({ observedAt: true, sighting: true, times: true });
const conflictShape = {
  field: z.string().describe("a field, or a key of expectations such as expect.ib.pkey"),
  owner: z.string().describe("who settles it"),
  values: list(saidFields).describe("the one that counts first"),
};

export const nodeDocument = defineDocument(
  "slipway/node@1",
  { about: "A machine and where it stands now.", commands: ["nodes list", "nodes show"] },
  {
    node_name: nodeName(),
    machine: z.object(machineFields.shape),
    placement: z.object(placementFields.shape).nullable().describe("null where it is placed nowhere"),
    values: z
      .partialRecord(FieldName, z.object({ ...valueFields.shape, losing: list(z.object(valueFields.shape)) }))
      .optional()
      .describe("`nodes show`: each field with its source, and what others say of it"),
    conflicts: list(z.object(conflictShape)).optional().describe("`nodes show`: fields on which sources disagree"),
  },
);
export type NodeShown = ContentOf<typeof nodeDocument>;

/** A machine with where it stands, as the node database keeps them. */
export interface KnownNode {
  readonly machine: Row<"machines">;
  readonly placement: Row<"placements"> | null;
}

type SaidValue = Pick<SourcedValue, "value" | "source"> & Partial<SourcedValue>;
interface FoundConflict {
  readonly field: string;
  readonly owner: string;
  readonly values: readonly SaidValue[];
}

const saidOf = ({ value, source, observedAt, sighting }: SaidValue): z.output<typeof saidFields> =>
  observedAt === undefined || sighting === undefined
    ? { value, source }
    : valueFields.of({ value, source, observedAt, sighting });

const conflictOf = ({ field, owner, values }: FoundConflict) => ({ field, owner, values: values.map(saidOf) });

export const nodeShown = ({ machine, placement }: KnownNode): NodeShown => ({
  node_name: placement?.node_name ?? null,
  machine: machineFields.of(machine),
  placement: placement === null ? null : placementFields.of(placement),
});

/** A node with the values of its fields by source. */
export const nodeWithValues = (
  node: KnownNode & { readonly values: CurrentValues; readonly conflicts: readonly FoundConflict[] },
): NodeShown => ({
  ...nodeShown(node),
  values: Object.fromEntries(
    FieldName.options.flatMap((name) => {
      const current = node.values[name];
      return current === undefined
        ? []
        : [[name, { ...valueFields.of(current), losing: current.losing.map((value) => valueFields.of(value)) }]];
    }),
  ),
  conflicts: node.conflicts.map(conflictOf),
});

const eventFields = shown(["at"], {
  id: z.int(),
  at: time(),
  kind: IdentityEventKind,
  machine: machineId(),
  other: z.int().nullable().describe("the other machine of a merge, a split or a swap"),
  sighting: z.int().nullable(),
  why: z.string(),
  before: z.unknown().describe("what undoing it needs"),
  undone_by: z.int().nullable(),
});

const sightingFields = shown(["observed_at", "received_at"], {
  id: z.int(),
  source: z.string(),
  observed_at: time(),
  received_at: time(),
  path: z.string().describe("file and row, API path or object name"),
  body: z.record(z.string(), z.unknown()).readonly().describe("as its source sent it"),
  digest: z.string(),
  machine: z.int().nullable(),
});

const ledgerFields = shown(["at"], {
  id: z.int(),
  at: time(),
  machine: machineId(),
  from_account: Account.nullable(),
  to_account: Account,
  cause: z.string().describe("what moved it, such as ban/3"),
});

export const nodeWhyDocument = defineDocument(
  "slipway/node-why@1",
  { about: "Why a machine is the one that it is taken for.", commands: ["nodes why"] },
  {
    node_name: nodeName(),
    machine: machineId(),
    events: list(z.object(eventFields.shape)).describe("decisions about its identity, the oldest first"),
    sightings: list(z.object({ because: z.string(), ...sightingFields.shape })).describe("that are its own"),
  },
);

export const nodeHistoryDocument = defineDocument(
  "slipway/node-history@1",
  { about: "Where a machine was, and how it was booked.", commands: ["nodes history"] },
  {
    node_name: nodeName(),
    machine: machineId(),
    placements: list(z.object(placementFields.shape)),
    events: list(z.object(eventFields.shape)),
    ledger: list(z.object(ledgerFields.shape)),
  },
);

type Event = Row<"identity_events">;

export const nodeWhy = (
  { machine, placement, events }: KnownNode & { readonly events: readonly Event[] },
  sightings: readonly { readonly sighting: Row<"sightings">; readonly because: string }[],
): ContentOf<typeof nodeWhyDocument> => ({
  node_name: placement?.node_name ?? null,
  machine: machine.id,
  events: events.map((event) => eventFields.of(event)),
  sightings: sightings.map(({ sighting, because }) => ({ because, ...sightingFields.of(sighting) })),
});

export const nodeHistory = ({
  machine,
  placement,
  placements,
  events,
  ledger,
}: KnownNode & {
  readonly placements: readonly Row<"placements">[];
  readonly events: readonly Event[];
  readonly ledger: readonly Row<"ledger">[];
}): ContentOf<typeof nodeHistoryDocument> => ({
  node_name: placement?.node_name ?? null,
  machine: machine.id,
  placements: placements.map((row) => placementFields.of(row)),
  events: events.map((row) => eventFields.of(row)),
  ledger: ledger.map((row) => ledgerFields.of(row)),
});

export const fieldConflictDocument = defineDocument(
  "slipway/field-conflict@1",
  { about: "A field on which the sources of a node disagree.", commands: ["nodes conflicts"] },
  {
    node_name: nodeName(),
    kind: z.literal("field"),
    machine: machineId(),
    node: z.string().nullable(),
    ...conflictShape,
  },
);

export const identityConflictDocument = defineDocument(
  "slipway/identity-conflict@1",
  { about: "A machine whose identity is in doubt.", commands: ["nodes conflicts"] },
  { node_name: nodeName(), ...eventFields.shape, owner: z.string().describe("who settles it") },
);

/** What the node database found of sources that disagree, with the names of the nodes. */
export async function conflictsShown(
  store: Store,
  found: {
    readonly fields: readonly (FoundConflict & { readonly machine: number; readonly node: string | null })[];
    readonly identities: readonly (Event & { readonly owner: string })[];
  },
): Promise<{
  readonly fields: readonly ContentOf<typeof fieldConflictDocument>[];
  readonly identities: readonly ContentOf<typeof identityConflictDocument>[];
}> {
  const names = await store.report((tx) =>
    nodeNames(
      tx,
      found.identities.map(({ machine }) => machine),
    ),
  );
  return {
    fields: found.fields.map(({ machine, node, ...conflict }) => ({
      node_name: node,
      kind: "field",
      machine,
      node,
      ...conflictOf(conflict),
    })),
    identities: found.identities.map(({ owner, ...event }) => ({
      node_name: names.get(event.machine) ?? null,
      ...eventFields.of(event),
      owner,
    })),
  };
}
