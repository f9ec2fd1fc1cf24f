export * from "./judge.ts";
export * from "./judge-folder.ts";
export * from "./read-bundle.ts";
export * from "./expectations/fleet.ts";
export * from "./expectations/of-bundle.ts";
export * from "./expectations/parse-file.ts";
export * from "./judge-rack.ts";
export * from "./expectations/under-change.ts";
