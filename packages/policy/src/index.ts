export {
  assignCause,
  NEAR_MS,
  provesFault,
  type AssignedCause,
  type AttributionRule,
  type BanFacts,
  type NearFinding,
  type NearJob,
} from "./attribution/assign-cause.ts";
export { GRAVEST_FIRST, isGraver } from "./attribution/graver.ts";
export { Xids, XIDS_SCHEMA, xidCauses, type XidCauses } from "./attribution/xids.ts";
export * from "./canary/gate.ts";
export { fleetFileIds, fleetFileSchema } from "./file-schemas.ts";
export * from "./lanes/clusters.ts";
export * from "./lanes/lane.ts";
export * from "./lanes/path.ts";
export * from "./lanes/required-checks.ts";
export * from "./validation/attribution.ts";
export * from "./validation/breaker.ts";
export * from "./validation/canary-arm.ts";
export * from "./validation/decide.ts";
export * from "./identity/faces.ts";
export * from "./identity/resolve.ts";
export * from "./identity/same-machine.ts";
export * from "./precedence/current-values.ts";
export * from "./precedence/precedence.ts";
export * from "./precedence/runtime-facts.ts";
export * from "./proposals/index.ts";
