import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { slipway } from "./run-cli.ts";

export interface StatisticsFiles {
  readonly folder: string;
  /** Writes a file of these lines. @returns its path */
  readonly file: (name: string, lines: readonly string[]) => string;
  readonly EVENTS: string;
  readonly RUNS: string;
}

/** Files in a new folder, gone after the tests of the file that asks for them. */
export function statisticsFiles(): StatisticsFiles {
  const folder = mkdtempSync(join(tmpdir(), "slipway-statistics-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, lines: readonly string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  };
  return { folder, file, EVENTS: file("events.csv", EVENT_LINES), RUNS: file("runs.csv", RUN_LINES) };
}

const EVENT_LINES = [
  "event_id,revision,event_type,node_id,cluster_id,ts,ingested_ts,cause,vendor,sku,entry",
  "a1,1,admit,n1,c1,2026-01-01T00:00:00Z,,,oci,H100,ofr",
  "b1,1,ban,n1,c1,2026-01-06T00:00:00Z,,hardware,,,",
  "b1,2,ban,n1,c1,2026-01-06T00:00:00Z,,fabric,,,",
  "a2,1,admit,n2,c1,2026-01-01T00:00:00Z,,,oci,H100,new",
  "a3,1,admit,n3,c2,2026-01-01T00:00:00Z,,,azure,GB300,ofr",
  "b3,1,ban,n3,c2,2026-01-03T00:00:00Z,,workload,,,",
  "u3,1,unban,n3,c2,2026-01-03T01:00:00Z,,,,,",
  "a4,1,admit,n4,c2,2026-02-01T00:00:00Z,,,azure,GB300,canary",
  "l2,1,leave,n2,c1,2026-03-15T00:00:00Z,,,,,",
];
/** Three attempts of twelve runs: one passes all, one first fails run 11 by dcdiag, one run 2 by imex. */
const RUN_LINES = [
  "attempt_id,run_index,failed_checks,node_hours,vendor,lane",
  ...Array.from({ length: 12 }, (_, at) => `p,${String(at + 1)},,2,oci,slow`),
  ...Array.from({ length: 11 }, (_, at) => `q,${String(at + 1)},${at === 10 ? "dcdiag" : ""},2,oci,slow`),
  "r,1,,2,azure,slow",
  "r,2,imex,2,azure,slow",
  "f,1,,2,oci,fast",
];

/** What a command says of a question that it does not answer. */
export const refused = async (...args: string[]): Promise<string> => {
  const { status, stderr, stdout } = await slipway(args);
  expect([status, stdout]).toEqual([3, ""]);
  return stderr;
};
/** The JSON documents that a command answers with. */
export const documents = async <T = Record<string, unknown>>(...args: string[]): Promise<T[]> => {
  const run = await slipway([...args, "--json"]);
  expect([run.status, run.stderr]).toEqual([0, ""]);
  return run.documents<T>();
};
