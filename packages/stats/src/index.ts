export * from "./model.ts";
export * from "./attempts/fold-runs.ts";
export * from "./canary-size.ts";
export * from "./input-error.ts";
export * from "./intervals.ts";
export * from "./reban/endpoints.ts";
export * from "./reban/rate.ts";
export * from "./sprt.ts";
