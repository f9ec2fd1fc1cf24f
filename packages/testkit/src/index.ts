export * from "./answer.ts";
export * from "./contract/check-contract.ts";
export * from "./contract/disagreements.ts";
export * from "./contract/expected.ts";
export * from "./evidence.ts";
export * from "./tool-text.ts";
