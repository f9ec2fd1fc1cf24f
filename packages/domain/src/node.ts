import { z } from "zod";

/** Where a machine's capacity is booked: double entry, one account at each instant (maintenance.md, 3d). */
export const Account = z.enum([
  "InPool",
  "Offered",
  "PlannedOut",
  "OutMaintenance",
  "Validating",
  "Banned",
  "OFR",
  "RMA",
  "Spare",
  "Lost",
]);
export type Account = z.infer<typeof Account>;

export const SIGHTING_SCHEMA = "slipway/sighting@1";

/** Fields of a node that several sources speak of; precedence chooses one value for each. */
export const FieldName = z.enum([
  "vendor",
  "sku",
  "cluster",
  "node_name",
  "rack",
  "tray",
  "system_serial",
  "gpu_serials",
  "gpu_uuids",
  "vendor_instance_id",
  "host_id",
  "nvlink_domain",
  "ibkey",
  "segment",
  "address",
  "image",
  "firmware",
  "boot_id",
  "adapter",
  "expect",
]);
export type FieldName = z.infer<typeof FieldName>;

const absent = z.literal("").transform(() => null);
const optional = z.union([absent, z.string().min(1).max(4096)]).nullish();

/** What a source says of one node at one moment. Keys it does not know stay with the sighting. */
export const Sighting = z.looseObject({
  schema: z.literal(SIGHTING_SCHEMA).optional(),
  source: z.string().min(1).max(200),
  observed_at: z.iso.datetime({ offset: true }),
  vendor: optional,
  sku: optional,
  cluster: optional,
  node_name: optional,
  rack: optional,
  tray: optional,
  system_serial: optional,
  /** In the order of the GPU indices, with repeats: GPUs of one board share a serial. In CSV separated by `;`. */
  gpu_serials: z.array(z.string().min(1).max(200)).max(1024).nullish(),
  /** In the order of the GPU indices. In CSV separated by `;`. */
  gpu_uuids: z.array(z.string().min(1).max(200)).max(1024).nullish(),
  vendor_instance_id: optional,
  host_id: optional,
  nvlink_domain: optional,
  ibkey: optional,
});
export type Sighting = z.infer<typeof Sighting>;

/** What became of a machine's identity. */
export const IdentityEventKind = z.enum([
  "new",
  "rename",
  "move",
  "reimage",
  "rehost",
  "part-swap",
  "tray-swap",
  "contradiction",
  "duplicate-serial",
  "merge",
  "split",
  "forget",
  "undo",
]);
export type IdentityEventKind = z.infer<typeof IdentityEventKind>;
