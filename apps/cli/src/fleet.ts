import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Expectations } from "@slipway/domain";
import { SlipwayError, type Host } from "@slipway/plugin-sdk";

/** The clone that the launcher stands in; for an installed CLI, the folder it is called from. */
export const root = (): string => process.env["SLIPWAY_ROOT"] ?? process.cwd();

/** The fleet's files: `SLIPWAY_FLEET`, else `fleet/` of the root. As a path that reads well from here. */
export function fleetFolder(): string {
  const named = process.env["SLIPWAY_FLEET"];
  if (named !== undefined && !existsSync(named))
    throw new SlipwayError("config", `SLIPWAY_FLEET: there is no folder ${named}`);
  return named ?? (relative(process.cwd(), join(root(), "fleet")) || ".");
}

/** What the inventory itself expects of a host's rack, for the resolver of expectations. */
export function rackOf(
  { rack = "", rackExpectations }: Host,
  inventory: string,
): { source: string; expectations: Expectations } | undefined {
  return rackExpectations === undefined
    ? undefined
    : { source: `${inventory} racks.${rack}`, expectations: rackExpectations };
}
