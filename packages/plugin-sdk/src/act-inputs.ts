import { z } from "zod";

/** A node at its vendor, as the input of an act names it. */
export const VendorTarget = z.object({
  account: z.string().min(1).describe("The vendor account that is asked, by the id of its adapter"),
  node: z
    .object({
      nodeName: z.string().min(1),
      vendorInstanceId: z.string().optional(),
      cluster: z.string().optional(),
    })
    .describe("The node, as the vendor addresses it"),
});

/** A node that is asked something itself, as the input of an act names it. */
export const NodeReach = z.object({
  host: z
    .object({
      name: z.string().min(1),
      address: z.string().optional(),
      port: z.int().min(1).max(65_535).optional(),
      user: z.string().optional(),
      jump: z.string().optional(),
      vendor: z.string().optional(),
      sku: z.string().optional(),
      cluster: z.string().optional(),
      rack: z.string().optional(),
    })
    .describe("The node, as the inventory names and reaches it"),
  way: z
    .string()
    .regex(/^(local|(vendor|ssh):.+)$/)
    .describe("What a worker has to have to reach it: `vendor:<account>`, `ssh:direct`, `ssh:<jump host>` or `local`"),
});
