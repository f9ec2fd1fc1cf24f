export * from "./bundle.ts";
export * from "./expectations.ts";
export * from "./finding.ts";
export * from "./judgement.ts";
export * from "./schemas.ts";
export * from "./verdict.ts";
export * from "./node.ts";
export * from "./validation.ts";
