import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ingest, exportNodes, listConflicts, readSightings } from "@slipway/nodes";
import { loadPrecedence } from "@slipway/fleet";
import { memoryStore } from "@slipway/store/memory";
import { expect, test } from "vitest";
import { columns, conflictsText, listText, sightingsCsv } from "./nodes.ts";

const precedence = loadPrecedence(join(import.meta.dirname, "../../../../fleet"));

test("a CSV export of nodes, loaded again, gives the same sightings", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-export-"));
  try {
    const rows = [
      {
        source: "cmdb",
        observed_at: "2026-01-01T00:00:00Z",
        node_name: 'n"1, left',
        rack: "=1+1",
        system_serial: "2216A100",
        gpu_serials: ["165001", "165002"],
      },
      { source: "cmdb", observed_at: "2026-01-02T00:00:00Z", node_name: "n2", cluster: "c" },
    ];
    const store = memoryStore();
    await ingest(
      store,
      rows.map((sighting) => ({ sighting, path: "fixture" })),
      { now: 0, precedence },
    );
    const exported = await exportNodes(store, precedence);
    const file = join(folder, "export.csv");
    writeFileSync(file, sightingsCsv(exported));
    const again = memoryStore();
    const { sightings, bad } = readSightings(file);
    expect(bad).toEqual([]);
    await ingest(again, sightings, { now: 0, precedence });
    expect(exported).toHaveLength(2);
    expect(await exportNodes(again, precedence)).toEqual(exported);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the columns of a table are as wide as their widest cell, and the last column is not padded", () => {
  expect(
    columns([
      ["a", "b"],
      ["ccc", "d"],
    ]),
  ).toBe("a    b\nccc  d\n");
});

test("empty lists of nodes, conflicts and events are reported in words", () => {
  expect(listText([])).toMatch(/^No node is known/);
  expect(conflictsText({ fields: [], identities: [] })).toMatch(/^No source disagrees/);
});

test("every conflict names an owner: the field's owner, or for an identity the owner of system_serial", async () => {
  const store = memoryStore();
  const rows = [
    {
      source: "cmdb",
      observed_at: "2026-01-01T00:00:00Z",
      system_serial: "2216A100",
      gpu_serials: ["165001", "165002"],
      rack: "r1",
    },
    {
      source: "cmdb",
      observed_at: "2026-01-01T00:00:00Z",
      system_serial: "2216B200",
      gpu_serials: ["166001", "166002"],
    },
    {
      source: "bmc",
      observed_at: "2026-01-02T00:00:00Z",
      system_serial: "2216A100",
      gpu_serials: ["166001", "166002"],
      rack: "r2",
    },
  ];
  for (const sighting of rows) await ingest(store, [{ sighting, path: "fixture" }], { now: 0, precedence });
  const found = await listConflicts(store, precedence);
  expect(found.identities.map(({ kind, owner }) => [kind, owner])).toEqual([
    ["contradiction", "hwh"],
    ["contradiction", "hwh"],
  ]);
  expect(conflictsText(found)).toMatch(/rack +fleet [^]*\nm-\d+ +contradiction +hwh /);
});
