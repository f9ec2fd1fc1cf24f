import { SlipwayError, type Check, type Vendor } from "@slipway/plugin-sdk";
import { checks, vendors } from "./generated.ts";
import { loadRegistered, type Registry } from "./load.ts";

export type { CheckId, VendorId } from "./generated.ts";

/** Ids of all checks, sorted. */
export const checkIds: readonly string[] = Object.keys(checks);

/**
 * Imports checks by their ids, or all of them, in the order of the ids.
 *
 * @throws SlipwayError of kind `input` for an id that no check has, of kind `contract` when two
 *   checks do not go together
 */
export async function loadChecks(ids: readonly string[] = checkIds): Promise<ReadonlyMap<string, Check>> {
  const registry: Registry = checks;
  for (const id of ids) {
    if (!Object.hasOwn(registry, id))
      throw new SlipwayError("input", `there is no check ${id}`, { hint: `known checks: ${checkIds.join(", ")}` });
  }
  return loadRegistered(registry, ids);
}

/** URL of a check's source, for bundling it. */
export const resolveCheck = (id: string): string => import.meta.resolve(`@slipway/check-${id}`);

/** Ids of all vendor adapters, sorted. */
export const vendorIds: readonly string[] = Object.keys(vendors);

/**
 * Imports one vendor adapter.
 *
 * @throws SlipwayError of kind `input` for an id that no adapter has, of kind `contract` for one that has another id
 */
export async function loadVendor(id: string): Promise<Vendor> {
  const registry: Readonly<Record<string, () => Promise<{ readonly default: Vendor }>>> = vendors;
  if (!Object.hasOwn(registry, id))
    throw new SlipwayError("input", `there is no vendor adapter ${id}`, { hint: `known: ${vendorIds.join(", ")}` });
  const vendor = (await registry[id]?.())?.default;
  if (vendor?.id !== id)
    throw new SlipwayError("contract", `the vendor registered as ${id} calls itself ${String(vendor?.id)}`);
  return vendor;
}
