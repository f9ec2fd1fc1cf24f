import { SlipwayError, type Check, type Step, type Vendor } from "@slipway/plugin-sdk";
import { checks, steps, vendors } from "./generated.ts";
import { loadRegistered, type Registry } from "./load.ts";

export type { CheckId, StepId, VendorId } from "./generated.ts";

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

/** Ids of all steps, sorted. */
export const stepIds: readonly string[] = Object.keys(steps);

/**
 * Imports every step, by its id.
 *
 * @throws SlipwayError of kind `contract` for one that has another id
 */
export async function loadSteps(): Promise<ReadonlyMap<string, Step>> {
  const loaded = await Promise.all(
    Object.entries(steps).map(async ([id, load]): Promise<readonly [string, Step]> => [id, (await load()).default]),
  );
  for (const [id, step] of loaded)
    if (step.id !== id) throw new SlipwayError("contract", `the step registered as ${id} calls itself ${step.id}`);
  return new Map(loaded);
}
