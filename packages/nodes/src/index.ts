export { aheadOf } from "./check-row.ts";
export type { Correction, CorrectionOptions } from "./correction.ts";
export { merge, split, undo } from "./corrections.ts";
export { forgetSighting } from "./forget.ts";
export { ingest, ingestBatch, type IngestOptions, type IngestSummary } from "./ingest.ts";
export * from "./nodes.ts";
export { readSightings, refuseAhead, type BadRow, type ReadSightings } from "./read-sightings.ts";
export { renewIdentities, type Joined } from "./renew-identities.ts";
export type { SightingAt } from "./sighting-row.ts";
