import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { BAN_CAUSES } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Attempt, EventRow, RunRow, Spell } from "@slipway/stats";
import { afterAll, describe, expect, it } from "vitest";
import { attemptsKind, eventsKind, jobsKind, kindOf, runsKind, spellsKind, valueTableKind } from "./kinds/index.ts";
import type { RecordKind } from "./kinds/kind.ts";
import { readRecords } from "./read-records.ts";
import { openSource, textSource } from "./source.ts";
import { csvLines, tableOf, writeRecords } from "./write-records.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-records-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = <T>(kind: RecordKind<T>, text: string): Promise<T[]> => readRecords(kind, textSource("f.csv", text));
const HEADS = {
  events: "event_id,revision,event_type,node_id,cluster_id,ts,ingested_ts,cause",
  spells: "admission_id,days,cause",
  runs: "attempt_id,run_index,failed_checks",
  attempts: "attempt_id,vendor,cluster_id,first_failed_run,runs_executed",
};

describe("events", () => {
  it("are read with a byte order mark, CRLF, quotes, labels and an attempt", async () => {
    const text = `\uFEFF${HEADS.events},vendor,entry,attempt_id,rack\r\ne1,1,admit,n1,"oci,a",2026-01-01T00:00:00Z,,,oci,ofr,a-7,r9\r\ne2,2,ban,n1,,2026-01-02T00:00:00Z,2026-01-02T00:05:00Z,workload,,,,\r\n`;
    expect(await read(eventsKind, text)).toEqual([
      {
        eventId: "e1",
        revision: 1,
        type: "admit",
        node: "n1",
        cluster: "oci,a",
        ts: Date.UTC(2026, 0, 1),
        ingestedTs: null,
        cause: null,
        labels: { cluster: "oci,a", vendor: "oci", entry: "ofr", rack: "r9" },
        attemptId: "a-7",
      },
      {
        eventId: "e2",
        revision: 2,
        type: "ban",
        node: "n1",
        cluster: "",
        ts: Date.UTC(2026, 0, 2),
        ingestedTs: Date.UTC(2026, 0, 2, 0, 5),
        cause: "workload",
        labels: {},
        attemptId: null,
      },
    ]);
  });

  it("hold a ban without a cause as one of an unknown cause, while there is the column", async () => {
    expect((await read(eventsKind, `${HEADS.events}\ne,1,ban,n,c,2026-01-01T00:00:00Z,,\n`))[0]?.cause).toBe("unknown");
    await expect(
      read(eventsKind, "event_id,revision,event_type,node_id,cluster_id,ts\ne,1,ban,n,c,2026-01-01T00:00:00Z\n"),
    ).rejects.toThrow("f.csv:2: cause: a ban has one");
  });

  it.each([
    [
      "e,1,ban,n,c,2026-01-01T00:00:00Z,,gremlins",
      'f.csv:3: cause: "gremlins" is none of hardware, fabric, platform, configuration, unknown, workload',
    ],
    ["e,1,reboot,n,c,2026-01-01T00:00:00Z,,", 'event_type: "reboot" is none of admit, leave, ban, unban'],
    ["e,1,admit,n,c,2026-01-01,,", 'ts: "2026-01-01" is no time'],
    ["e,1,admit,n,c,,,", "ts: is empty"],
    ["e,1,admit,n,c,2026-01-01T00:00:00Z,soon,", "ingested_ts"],
    ["e,-1,admit,n,c,2026-01-01T00:00:00Z,,", "revision"],
    ["e,,admit,n,c,2026-01-01T00:00:00Z,,", "revision: is empty"],
    [",1,admit,n,c,2026-01-01T00:00:00Z,,", "event_id: is empty"],
    ["e,1,admit,,c,2026-01-01T00:00:00Z,,", "node_id: is empty"],
    ["e,1,admit,n,c", "f.csv:3: has 5 fields, and the header 8"],
    ["e,1,admit,n,c,2026-01-01T00:00:00Z,,,", "has 9 fields"],
  ])("refuse %j", async (line, message) => {
    const error: unknown = await read(
      eventsKind,
      `${HEADS.events}\ne0,1,admit,n0,c,2026-01-01T00:00:00Z,,\n${line}\n`,
    ).catch((caught: unknown) => caught);
    expect(SlipwayError.is(error) && error.kind).toBe("input");
    expect(String(error)).toContain(message);
  });
});

describe("the other kinds", () => {
  it("spells", async () => {
    expect(await read(spellsKind, `${HEADS.spells},entered_days,cell\na,3.5,hardware,,X\nb,30,,2,Y\n`)).toEqual([
      {
        admissionId: "a",
        days: 3.5,
        cause: "hardware",
        enteredDays: 0,
        labels: { cell: "X" },
        node: null,
        startedAt: null,
        attemptId: null,
      },
      {
        admissionId: "b",
        days: 30,
        cause: null,
        enteredDays: 2,
        labels: { cell: "Y" },
        node: null,
        startedAt: null,
        attemptId: null,
      },
    ]);
    await expect(read(spellsKind, `${HEADS.spells}\na,-1,\n`)).rejects.toThrow(
      'f.csv:2: days: "-1" is no number from 0',
    );
    await expect(read(spellsKind, `${HEADS.spells}\na,NaN,\n`)).rejects.toThrow("days");
    await expect(read(spellsKind, `${HEADS.spells}\na,1e999,\n`)).rejects.toThrow("days");
    await expect(read(spellsKind, `${HEADS.spells}\na,1,none\n`)).rejects.toThrow('cause: "none"');
    await expect(read(spellsKind, `${HEADS.spells},entered_days\na,1,,2\n`)).rejects.toThrow(
      "entered_days: 2 is after the end",
    );
    await expect(read(spellsKind, `${HEADS.spells}\na,1,\na,1,\n`)).rejects.toThrow(
      'f.csv:3: admission_id: "a" is there twice',
    );
    await expect(read(spellsKind, `${HEADS.spells},cluster,cluster_id\na,1,,x,y\n`)).rejects.toThrow(
      "the columns cluster and cluster_id are one",
    );
  });

  it("runs, with a result or without", async () => {
    const rows = await read(
      runsKind,
      `${HEADS.runs},result,node_hours,node_id,lane\na,1,,,2.5,m-1,slow\na,2,imex; dcdiag;imex,,,m-1,slow\na,3,,inconclusive,1,m-1,slow\n`,
    );
    expect(rows.map(({ result, failedChecks, nodeHours }) => [result, failedChecks, nodeHours])).toEqual([
      ["pass", [], 2.5],
      ["fail", ["imex", "dcdiag"], null],
      ["inconclusive", [], 1],
    ]);
    expect(rows[0]?.labels).toEqual({ node_id: "m-1", lane: "slow" });
    await expect(read(runsKind, `${HEADS.runs},result\na,1,,fail\n`)).rejects.toThrow(
      "failed_checks: is empty, and the result is fail",
    );
    await expect(read(runsKind, `${HEADS.runs},result\na,1,imex,pass\n`)).rejects.toThrow(
      "result: is pass, and imex failed",
    );
    await expect(read(runsKind, `${HEADS.runs},result\na,1,,skipped\n`)).rejects.toThrow(
      '"skipped" is none of pass, fail, inconclusive',
    );
    await expect(read(runsKind, `${HEADS.runs}\na,0,\n`)).rejects.toThrow("run_index");
    await expect(read(runsKind, `${HEADS.runs}\na,1.5,\n`)).rejects.toThrow("run_index");
    await expect(read(runsKind, `${HEADS.runs}\na,1,imex;;nccl\n`)).rejects.toThrow("failed_checks");
  });

  it("attempts", async () => {
    expect(
      await read(
        attemptsKind,
        `${HEADS.attempts},node_hours_per_run,reban,canary_probability,admitted_as_canary\na,oci,c1,3,3,2,,0.5,true\nb,oci,c1,,12,,false,,\n`,
      ),
    ).toEqual([
      {
        attemptId: "a",
        labels: { vendor: "oci", cluster: "c1" },
        firstFailedRun: 3,
        failedChecks: [],
        runsExecuted: 3,
        nodeHours: [2, 2, 2],
        reban: null,
        canaryProbability: 0.5,
        admittedAsCanary: true,
      },
      {
        attemptId: "b",
        labels: { vendor: "oci", cluster: "c1" },
        firstFailedRun: null,
        failedChecks: [],
        runsExecuted: 12,
        nodeHours: null,
        reban: false,
        canaryProbability: null,
        admittedAsCanary: false,
      },
    ]);
    await expect(read(attemptsKind, `${HEADS.attempts}\na,oci,c,5,4\n`)).rejects.toThrow(
      "first_failed_run: is 5, and 4 runs were made",
    );
    await expect(read(attemptsKind, `${HEADS.attempts},reban\na,oci,c,,4,perhaps\n`)).rejects.toThrow("reban");
    await expect(read(attemptsKind, `${HEADS.attempts},canary_probability\na,oci,c,,4,1.5\n`)).rejects.toThrow(
      "from 0 to 1",
    );
    await expect(read(attemptsKind, `${HEADS.attempts}\na,oci,c,,999999999\n`)).rejects.toThrow("runs_executed");
  });

  it("value tables and jobs", async () => {
    expect(await read(valueTableKind, "run_index,reached,first_failures,node_hours_per_run\n1,100,7,2\n")).toEqual([
      { run: 1, reached: 100, firstFailures: 7, nodeHoursPerRun: 2 },
    ]);
    await expect(
      read(valueTableKind, "run_index,reached,first_failures,node_hours_per_run\n1,100,101,2\n"),
    ).rejects.toThrow("first_failures: is 101");
    expect(
      (await read(jobsKind, "job_id,node_id,start,end,state\nj,n,2026-01-01T00:00:00Z,,RUNNING\n"))[0],
    ).toMatchObject({ end: null, state: "RUNNING" });
    await expect(
      read(jobsKind, "job_id,node_id,start,end,state\nj,n,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z,FAILED\n"),
    ).rejects.toThrow("end: is before the start");
  });
});

describe("files", () => {
  it("say what is wrong with their header", async () => {
    await expect(read(runsKind, "")).rejects.toThrow("f.csv: is empty");
    await expect(read(runsKind, "attempt_id,run_index\n")).rejects.toThrow(
      "f.csv:1: the column failed_checks is missing",
    );
    await expect(read(runsKind, `${HEADS.spells}\n`)).rejects.toMatchObject({
      hint: "its header is that of a file of spells",
    });
    await expect(read(runsKind, `${HEADS.runs},\n`)).rejects.toThrow("column 4 has no name");
    await expect(read(runsKind, `${HEADS.runs}, lane\n`)).rejects.toThrow("spaces around its name");
    await expect(read(runsKind, `${HEADS.runs},lane,lane\n`)).rejects.toThrow("lane is there twice");
    expect(await read(runsKind, HEADS.runs)).toEqual([]);
    expect(kindOf("f", HEADS.attempts.split(",")).name).toBe("attempts");
    expect(() => kindOf("f.csv", ["a", "b"])).toThrow("f.csv: the header is of no kind of file");
  });

  it("have to be UTF-8 text, and to be there", async () => {
    const file = join(folder, "latin1.csv");
    writeFileSync(file, Buffer.from(`${HEADS.runs}\n\u00e9,1,\n`, "latin1"));
    await expect(readRecords(runsKind, await openSource(file))).rejects.toThrow("is not UTF-8");
    writeFileSync(file, Buffer.from(`${HEADS.runs}\n`, "utf16le"));
    await expect(readRecords(runsKind, await openSource(file))).rejects.toThrow("NUL");
    await expect(openSource(join(folder, "none.csv"))).rejects.toThrow("none.csv: cannot be read (ENOENT)");
    await expect(openSource(folder)).rejects.toThrow("is a folder");
  });

  it("keep labels with hostile names", async () => {
    const [row] = await read(runsKind, `${HEADS.runs},__proto__,constructor\na,1,,x,y\n`);
    expect(Object.entries(row?.labels ?? {})).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  it("share the labels of rows that have the same", async () => {
    const [a, b] = await read(runsKind, `${HEADS.runs},vendor\na,1,,oci\na,2,,oci\n`);
    expect(a?.labels).toBe(b?.labels);
  });

  it("never fail but with a reason, and never give half of their rows", async () => {
    const line = fc
      .array(
        fc.constantFrom(
          "a",
          "1",
          "-1",
          "3",
          "",
          "pass",
          "fail",
          "hardware",
          "2026-01-01T00:00:00Z",
          "imex;nccl",
          '"',
          '"x"',
          "é",
          "\0",
          "\r",
        ),
        { minLength: 3, maxLength: 9 },
      )
      .map((fields) => fields.join(","));
    const file = fc.record({
      kind: fc.constantFrom<RecordKind<unknown>>(eventsKind, spellsKind, runsKind, attemptsKind),
      extra: fc.constantFrom("", ",result", ",x", ",entered_days"),
      lines: fc.array(line, { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ kind, extra, lines }) => {
        const text = [`${kind.required.join(",")}${extra}`, ...lines].join("\n");
        const rows = await read(kind, text).catch((error: unknown) => {
          if (!SlipwayError.is(error) || error.kind !== "input") throw error;
          return undefined;
        });
        // A quote may make one record of several lines, and never more records than lines.
        if (rows !== undefined && !text.includes('"')) expect(rows.length).toBe(lines.length);
      }),
      { numRuns: 500 },
    );
  });
});

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
        events: fc.array(events),
        spells: fc.array(spells),
        runs: fc.array(runs),
        attempts: fc.array(attempts),
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
