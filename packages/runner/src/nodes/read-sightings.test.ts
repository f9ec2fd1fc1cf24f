import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSightings } from "./read-sightings.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "slipway-sightings-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const sighting = { source: "cmdb", observed_at: "2026-01-01T00:00:00Z", node_name: "n1", gpu_serials: ["g1", "g2"], asset_tag: "A7" };

test.each([
  ["nodes.csv", "source,observed_at,node_name,rack,gpu_serials,asset_tag\ncmdb,2026-01-01T00:00:00Z,n1,,g1;g2,A7\n"],
  ["nodes.jsonl", `${JSON.stringify(sighting)}\n\n`],
  ["nodes.yaml", "- source: cmdb\n  observed_at: '2026-01-01T00:00:00Z'\n  node_name: n1\n  gpu_serials: [g1, g2]\n  asset_tag: A7\n"],
])("%s is read, unknown columns too", (name, text) => {
  const { sightings, bad } = readSightings(file(name, text));
  expect(bad).toEqual([]);
  expect(sightings.map((one) => one.sighting)).toEqual([sighting]);
  expect(sightings[0]?.path).toMatch(/nodes\.\w+:[12]$/);
});

test.each([
  ["a.csv", "source,observed_at,node_name\ncmdb,2026-01-01T00:00:00Z,n1\ncmdb,yesterday,n2\n", 3, "observed_at", /datetime/],
  ["b.csv", "source,observed_at,node_name\ncmdb,2026-01-01T00:00:00Z\n", 2, "", "has 2 columns, the header 3"],
  ["c.csv", "source,observed_at,node_name\ncmdb,2026-01-01T00:00:00Z,\n", 2, "node_name", /names no node/],
  ["d.jsonl", '{"source":"cmdb"\n', 1, "", /is no JSON/],
  ["e.jsonl", '{"source":"cmdb","observed_at":"2026-01-01T00:00:00Z","gpu_serials":["a",7]}\n', 1, "gpu_serials.1", /string/],
  ["f.yaml", "- source: cmdb\n  observed_at: '2026-01-01T00:00:00Z'\n  node_name: n1\n- node_name: n2\n", 4, "source", /string/],
])("%s: a bad row is named by line and field", (name, text, line, field, message) => {
  expect(readSightings(file(name, text)).bad).toMatchObject([{ line, field }]);
  expect(readSightings(join(folder, name)).bad[0]?.message).toMatch(message);
});

test.each([
  ["g.csv", "node_name\nn1\n", /g\.csv:1: source: there is no such column/],
  ["h.yaml", "nodes: [\n", /h\.yaml:\d+:/],
  ["i.yaml", "nodes: 1\n", /is no list of sightings/],
])("%s is no such file at all", (name, text, message) => {
  expect(() => readSightings(file(name, text))).toThrow(message);
});

test("a file that is not there is named", () => {
  expect(() => readSightings(join(folder, "none.csv"))).toThrow(/none\.csv: cannot be read \(ENOENT\)/);
});
