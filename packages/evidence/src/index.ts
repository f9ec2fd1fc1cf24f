export * from "./judge.ts";
export * from "./read-bundle.ts";
