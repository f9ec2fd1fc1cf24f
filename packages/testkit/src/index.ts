export * from "./answer.ts";
export { checkContract } from "./contract/check-contract.ts";
export * from "./contract/build-example.ts";
export * from "./contract/disagreements.ts";
export * from "./contract/expected.ts";
export * from "./contract/options.ts";
export { shuffles } from "./contract/shuffles.ts";
export * from "./evidence.ts";
export * from "./tool-text.ts";
