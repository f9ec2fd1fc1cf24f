import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { RecordKind } from "../src/kinds/kind.ts";
import { readRecords } from "../src/read-records.ts";
import { textSource } from "../src/source.ts";

/** A new folder, gone after the tests of the file that asks for it. */
export function recordFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-records-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Reads a file with this text. */
export const read = <T>(kind: RecordKind<T>, text: string): Promise<T[]> =>
  readRecords(kind, textSource("f.csv", text));
export const HEADS = {
  events: "event_id,revision,event_type,node_id,cluster_id,ts,ingested_ts,cause",
  spells: "admission_id,days,cause",
  runs: "attempt_id,run_index,failed_checks",
  attempts: "attempt_id,vendor,cluster_id,first_failed_run,runs_executed",
};
