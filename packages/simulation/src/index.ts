export * from "./simulate.ts";
export * from "./seed.ts";
