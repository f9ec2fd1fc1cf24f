export * from "./blobs.ts";
export * from "./clock.ts";
export * from "./queue.ts";
export * from "./store.ts";
export { tables, type KeyOf, type Row, type TableName } from "./tables/index.ts";
