export * from "./lanes/clusters.ts";
export * from "./lanes/lane.ts";
export * from "./lanes/path.ts";
export * from "./validation/attribution.ts";
export * from "./validation/breaker.ts";
export * from "./validation/canary-arm.ts";
export * from "./validation/decide.ts";
