import type { BanCause } from "@slipway/domain";
import type { Fleet } from "@slipway/fleet";
import type { Row } from "@slipway/store";
import { targetOf } from "../worker/at-vendor.ts";
import type { LooseFields } from "../worker/node-facts.ts";

/** What may be the vendor's fault. */
const VENDORS_FAULT: readonly BanCause[] = ["hardware", "fabric", "platform"];

/**
 * What a vendor is asked for, as the step `open-repair` takes it: the repair of what may be its fault, where it repairs
 * by itself (`repair: automatic` in clusters.yaml).
 *
 * @param fields of the banned machine, as its sources say them
 * @returns undefined where nothing is asked for
 */
export function repairFor(
  fleet: Pick<Fleet, "clusters" | "capabilities">,
  { cause, node, cluster, vendor, why }: Row<"bans">,
  { adapter = null, address = null }: Partial<Pick<LooseFields, "adapter" | "address">> = {},
): Readonly<Record<string, unknown>> | undefined {
  if (fleet.clusters.vendors[vendor ?? ""]?.repair !== "automatic" || !VENDORS_FAULT.includes(cause)) return undefined;
  if (adapter === null || fleet.capabilities.get(adapter)?.repair !== true) return undefined;
  return { account: adapter, node: targetOf({ node, cluster, address }), category: cause, summary: why };
}
