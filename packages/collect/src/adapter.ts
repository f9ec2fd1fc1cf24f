import type { Transport, VendorSession } from "@slipway/plugin-sdk";

/** A way to reach nodes, with the vendor behind it where there is one. */
export interface Adapter {
  readonly transport: Transport;
  /** Of ssh: the jump hosts, and `direct`, by which this machine reaches nodes; any when absent. */
  readonly routes?: readonly string[] | undefined;
  readonly vendor?: { readonly session: VendorSession };
}
