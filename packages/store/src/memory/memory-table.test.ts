import { expect, it } from "vitest";
import { machineRow } from "../testing/rows.ts";
import type { Table } from "../tables/columns.ts";
import { tables } from "../tables/index.ts";
import { MemoryTable } from "./memory-table.ts";

const machines = (): MemoryTable => new MemoryTable(tables.machines as unknown as Table);
const results = (): MemoryTable => new MemoryTable(tables.results as unknown as Table);

it("a query of the memory store reads only rows that an index names", () => {
  const table = machines();
  for (let id = 1; id <= 1_000; id += 1)
    table.write(id, machineRow(id, { account: id % 100 === 0 ? "Lost" : "Spare", vendor: "oci" }), 1);
  expect([...table.candidates({ account: "Lost" })]).toHaveLength(10);
  expect([...table.candidates({ id: { in: [3, 3, 4] }, account: "Lost" })]).toEqual([3, 4]);
  expect([...table.candidates({ account: "Lost", system_serial: "S7" })]).toEqual([7]);
  expect([...table.candidates({ system_serial: { in: ["S7", "S8", "none"] } })]).toEqual([7, 8]);
  expect([...table.candidates({ vendor: "oci" })]).toHaveLength(1_000);
});

it("a key of several columns is looked up by all of them or by a prefix", () => {
  const table = results();
  for (let validation = 1; validation <= 50; validation += 1) {
    for (const check of ["a", "b"]) {
      const row = {
        validation,
        attempt: 1,
        run_index: 1,
        try: 0,
        check,
        version: "1",
        verdict: "pass",
        findings: null,
      };
      table.write(table.keyOf(row), row, 1);
    }
  }
  expect([...table.candidates({ validation: 7 })]).toHaveLength(2);
  expect([...table.candidates({ validation: { in: [7, 8] }, attempt: 1 })]).toHaveLength(4);
  expect([...table.candidates({ validation: 7, attempt: 1, run_index: 1, try: 0, check: "b" })]).toHaveLength(1);
});

it("old row versions are kept while a reader sees them, and are then removed from the indexes too", () => {
  const table = machines();
  table.write(1, machineRow(1, { account: "Spare" }), 1);
  table.write(1, machineRow(1, { account: "Lost" }), 5);
  table.prune(3);
  expect(table.read(1, 3)).toMatchObject({ account: "Spare" });
  expect([...table.candidates({ account: "Spare" })]).toEqual([1]);
  table.prune(5);
  expect([...table.candidates({ account: "Spare" })]).toEqual([]);
  expect([...table.candidates({ account: "Lost" })]).toEqual([1]);
  table.write(1, undefined, 6);
  table.prune(5);
  expect([table.read(1, 5)?.["account"], table.lastChange(1)]).toEqual(["Lost", 6]);
  table.prune(6);
  expect([[...table.keys()], table.read(1, 6), table.lastChange(1)]).toEqual([[], undefined, 0]);
});
