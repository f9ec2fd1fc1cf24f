export * from "./contract/check-contract.ts";
export * from "./contract/expected.ts";
export * from "./evidence.ts";
