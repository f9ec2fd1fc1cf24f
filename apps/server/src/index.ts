export * from "./open.ts";
