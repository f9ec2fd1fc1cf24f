import { SlipwayError, type Check } from "@slipway/plugin-sdk";
import { checks } from "./generated.ts";
import { loadRegistered, type Registry } from "./load.ts";

export type { CheckId } from "./generated.ts";

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
