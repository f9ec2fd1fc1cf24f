export { merge, split, undo, type Correction, type CorrectionOptions } from "./corrections.ts";
export { ingest, ingestBatch, type IngestOptions, type IngestSummary } from "./ingest.ts";
export { loadPrecedence } from "./load-precedence.ts";
export * from "./nodes.ts";
export { readSightings, type BadRow, type ReadSightings } from "./read-sightings.ts";
export type { SightingAt } from "./sighting-row.ts";
