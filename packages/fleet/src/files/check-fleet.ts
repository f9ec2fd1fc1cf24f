import type { Checks } from "@slipway/evidence";
import type { Vendor } from "@slipway/plugin-sdk";
import { readFleet, soundFleet } from "./fleet.ts";
import { laneChecks, type LaneChecks } from "./lane-checks.ts";

/** What a fleet's files hold. */
export interface CheckedFleet {
  readonly lanes: number;
  readonly clusters: number;
  /** Files of expectations. */
  readonly expectations: number;
  readonly checks: number;
  readonly lane_checks: readonly LaneChecks[];
}

/**
 * Reads a fleet's files as a whole, against the checks and vendors that there are.
 *
 * @throws SlipwayError of kind `config` for a file that is wrong, naming it and the field
 */
export function checkFleet(folder: string, checks: Checks, vendors: readonly Vendor[]): CheckedFleet {
  const files = readFleet(folder);
  soundFleet(files, checks, vendors);
  return {
    lanes: files.lanes.length,
    clusters: Object.keys(files.clusters.clusters).length,
    expectations: files.expectations.length,
    checks: checks.size,
    lane_checks: laneChecks(files, checks),
  };
}
