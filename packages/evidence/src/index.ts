export { importCheck } from "./import-check.ts";
export * from "./judge.ts";
export * from "./judge-folder.ts";
export * from "./read-bundle.ts";
export * from "./expectations/fleet.ts";
export * from "./expectations/of-bundle.ts";
export * from "./expectations/parse-file.ts";
export * from "./node-text/gpu-use.ts";
export { identityOf } from "./node-text/identity.ts";
export { judgingPool } from "./node-text/judging-pool.ts";
export * from "./node-text/outputs.ts";
export {
  inlineReader,
  judgementsBy,
  type AskedCheck,
  type EvidenceReader,
  type EvidenceSource,
  type NodeReport,
} from "./node-text/reader.ts";
export * from "./judge-rack.ts";
export * from "./expectations/under-change.ts";
export * from "./scrub/read-raw-bundle.ts";
export * from "./scrub/same-judgement.ts";
export * from "./scrub/scrub-bundle.ts";
export * from "./stored-pass.ts";
export { serveThread } from "./threads/serve-thread.ts";
export * from "./threads/thread-pool.ts";
