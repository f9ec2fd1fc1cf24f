import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { BAN_CAUSES } from "@slipway/domain";
import type { Attempt, EventRow, RunRow, Spell } from "@slipway/stats";
import { describe, expect, it } from "vitest";
import { recordFolder } from "../test/record-files.ts";
import { attemptsKind, eventsKind, runsKind, spellsKind } from "./kinds/index.ts";
import type { RecordKind } from "./kinds/kind.ts";
import { readRecords } from "./read-records.ts";
import { openSource } from "./source.ts";
import { csvLines, writeRecords } from "./write-records.ts";
import { tableOf } from "./kinds/table.ts";

const folder = recordFolder();

const word = fc.stringMatching(/^[a-z0-9][a-z0-9 ,";.-]{0,8}[a-z0-9]$/);
const labels = fc
  .dictionary(fc.constantFrom("vendor", "sku", "cluster", "segment", "rack"), word)
  .map((found): Record<string, string> => ({ ...found }));
const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
const cause = fc.constantFrom(...BAN_CAUSES);
const events: fc.Arbitrary<EventRow> = fc
  .record({
    eventId: word,
    revision: fc.nat(9),
    type: fc.constantFrom("admit" as const, "ban" as const, "unban" as const, "leave" as const),
    node: word,
    ts: time,
    ingestedTs: fc.option(time),
    cause,
    labels,
    attemptId: fc.option(word),
  })
  .map((row) => ({ ...row, cluster: row.labels["cluster"] ?? "", cause: row.type === "ban" ? row.cause : null }));
const spells: fc.Arbitrary<Spell> = fc
  .record({
    admissionId: fc.uuid(),
    days: fc.double({ min: 0, max: 400, noNaN: true }),
    cause: fc.option(cause),
    labels,
    node: fc.option(word),
    startedAt: fc.option(time),
    attemptId: fc.option(word),
  })
  .map((row) => ({ ...row, days: row.days + 0, enteredDays: row.days / 3 }));
const checks = fc.uniqueArray(fc.constantFrom("imex", "dcdiag", "nccl"), { maxLength: 3 });
const runs: fc.Arbitrary<RunRow> = fc
  .record({
    attemptId: word,
    runIndex: fc.integer({ min: 1, max: 99 }),
    result: fc.constantFrom("pass" as const, "inconclusive" as const),
    failedChecks: checks,
    nodeHours: fc.option(fc.double({ min: 0, max: 9, noNaN: true })),
    labels,
  })
  .map((row) => ({ ...row, result: row.failedChecks.length > 0 ? "fail" : row.result }));
const attempts: fc.Arbitrary<Attempt> = fc
  .record({
    attemptId: word,
    labels,
    firstFailedRun: fc.option(fc.integer({ min: 1, max: 4 })),
    failedChecks: checks,
    runsExecuted: fc.integer({ min: 4, max: 8 }),
    hours: fc.option(fc.constantFrom(0, 0.5, 2)),
    reban: fc.option(fc.boolean()),
    canaryProbability: fc.option(fc.constantFrom(0, 0.05, 1)),
    admittedAsCanary: fc.boolean(),
  })
  .map(({ hours, ...row }) => ({
    ...row,
    nodeHours: hours === null ? null : Array.from({ length: row.runsExecuted }, () => hours),
  }));

describe("what is written is read again", () => {
  const same = async <T extends { readonly labels: Readonly<Record<string, string>> }>(
    kind: RecordKind<T>,
    rows: readonly T[],
    format: "csv" | "parquet",
  ): Promise<void> => {
    const path = join(folder, "again");
    await writeRecords(path, format, tableOf(kind, rows));
    expect(await readRecords(kind, await openSource(path))).toEqual(rows);
  };
  for (const format of ["csv", "parquet"] as const) {
    it(`as ${format}`, async () => {
      const all = fc.record({
        events: fc.uniqueArray(events, { selector: ({ eventId, revision }) => `${eventId}/${String(revision)}` }),
        spells: fc.uniqueArray(spells, { selector: ({ admissionId }) => admissionId }),
        runs: fc.uniqueArray(runs, { selector: ({ attemptId, runIndex }) => `${attemptId}/${String(runIndex)}` }),
        attempts: fc.uniqueArray(attempts, { selector: ({ attemptId }) => attemptId }),
      });
      await fc.assert(
        fc.asyncProperty(all, async (rows) => {
          await same(eventsKind, rows.events, format);
          await same(spellsKind, rows.spells, format);
          await same(runsKind, rows.runs, format);
          await same(attemptsKind, rows.attempts, format);
        }),
        { numRuns: format === "csv" ? 60 : 8 },
      );
    });
  }

  it("with the columns of every row, the kind's own first", () => {
    const row: RunRow = {
      attemptId: "a",
      runIndex: 1,
      result: "pass",
      failedChecks: [],
      nodeHours: null,
      labels: { vendor: "oci", cluster: "c" },
    };
    expect([...csvLines(tableOf(runsKind, [row, { ...row, runIndex: 2, labels: { sku: "H100" } }]))]).toEqual([
      "attempt_id,run_index,failed_checks,result,node_hours,node_id,cluster_id,sku,vendor\n",
      "a,1,,pass,,,c,,oci\n",
      "a,2,,pass,,,,H100,\n",
    ]);
  });

  it("and a Parquet file says which row is wrong", async () => {
    const path = join(folder, "bad.parquet");
    const row: Spell = {
      admissionId: "a",
      days: 1,
      cause: null,
      enteredDays: 0,
      labels: {},
      node: null,
      startedAt: null,
      attemptId: null,
    };
    await writeRecords(path, "parquet", tableOf(spellsKind, [row, { ...row, admissionId: "b", days: -1 }]));
    await expect(readRecords(spellsKind, await openSource(path))).rejects.toThrow(
      'bad.parquet: row 2: days: "-1.0" is no number from 0',
    );
    writeFileSync(path, "PAR1 and no more");
    await expect(readRecords(spellsKind, await openSource(path))).rejects.toThrow("cannot be read as Parquet");
  });
});
