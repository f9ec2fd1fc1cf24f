import { SlipwayError } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { HEADS, read } from "../test/record-files.ts";
import { attemptsKind, eventsKind, jobsKind, runsKind, spellsKind, valueTableKind } from "./kinds/index.ts";

describe("events", () => {
  it("are read with a byte order mark, CRLF, quotes, labels and an attempt", async () => {
    const text =
      `\uFEFF${HEADS.events},vendor,entry,attempt_id,rack\r\n` +
      'e1,1,admit,n1,"oci,a",2026-01-01T00:00:00Z,,,oci,ofr,a-7,r9\r\n' +
      "e2,2,ban,n1,,2026-01-02T00:00:00Z,2026-01-02T00:05:00Z,workload,,,,\r\n";
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
