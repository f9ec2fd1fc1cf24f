import type { BanCause } from "@slipway/domain";
import type { Row } from "@slipway/store";
import { intendAtVendor, targetOf } from "../worker/at-vendor.ts";
import { looseFields } from "../worker/node-facts.ts";
import type { BanTurn } from "./insert-ban.ts";

/** What may be the vendor's fault. */
const VENDORS_FAULT: readonly BanCause[] = ["hardware", "fabric", "platform"];

/** Where the vendor repairs by itself (`repair: automatic` in clusters.yaml), its repair of what may be its fault is an act. */
export async function askForRepair(
  { tx, change, fleet }: BanTurn,
  machine: Row<"machines">,
  { id, cause, node, cluster, vendor, why }: Row<"bans">,
): Promise<void> {
  if (fleet.clusters.vendors[vendor ?? ""]?.repair !== "automatic" || !VENDORS_FAULT.includes(cause)) return;
  const { adapter = null, address = null } =
    (await looseFields(tx, [machine.id], fleet.precedence)).get(machine.id) ?? {};
  if (adapter === null || fleet.capabilities.get(adapter)?.repair !== true) return;
  intendAtVendor(change, "open-repair", {
    object: `ban/${String(id)}`,
    machine: machine.id,
    at: { adapter, target: targetOf({ node, cluster, address }), summary: why },
    cause,
  });
}
