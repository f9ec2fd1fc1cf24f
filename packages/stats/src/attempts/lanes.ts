import type { Labels } from "../model.ts";

/**
 * Whether thresholds are asked of it: a fast track has too few runs to say what a slow path would have found. A row
 * without a lane is of the slow one.
 */
export const inSlowLane = ({ labels }: { readonly labels: Labels }): boolean =>
  labels["lane"] === undefined || labels["lane"] === "slow";
