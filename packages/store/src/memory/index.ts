export { memoryBlobs } from "../blobs/memory.ts";
export * from "./clock.ts";
export * from "./in-flight.ts";
export * from "./queue.ts";
export * from "./store.ts";
