import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { slipway } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-statistics-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const EVENTS = file("events.csv", [
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
]);
const SPELLS = file("spells.csv", [
  "admission_id,days,cause,entered_days,cell",
  "1,5,hardware,,A",
  "2,40,,,A",
  "3,40,,,B",
  "4,50,,,B",
]);
/** Three attempts of twelve runs: one passes all, one first fails run 11 by dcdiag, one run 2 by imex. */
const RUNS = file("runs.csv", [
  "attempt_id,run_index,failed_checks,node_hours,vendor,lane",
  ...Array.from({ length: 12 }, (_, at) => `p,${String(at + 1)},,2,oci,slow`),
  ...Array.from({ length: 11 }, (_, at) => `q,${String(at + 1)},${at === 10 ? "dcdiag" : ""},2,oci,slow`),
  "r,1,,2,azure,slow",
  "r,2,imex,2,azure,slow",
  "f,1,,2,oci,fast",
]);
const TABLE = file("table.csv", ["run_index,reached,first_failures,node_hours_per_run", "1,100,7,2", "2,93,0,2"]);

/** What a command says of a question that it does not answer. */
const refused = (...args: string[]): string => {
  const { status, stderr, stdout } = slipway(args);
  expect([status, stdout]).toEqual([3, ""]);
  return stderr;
};
const documents = <T = Record<string, unknown>>(...args: string[]): T[] => {
  const run = slipway([...args, "--json"]);
  expect([run.status, run.stderr]).toEqual([0, ""]);
  return run.documents<T>();
};

describe("reban", () => {
  it("answers one line a cell and window, and the data's quality last", () => {
    const lines = documents("reban", "--events", EVENTS, "--window", "30d,7d", "--by", "vendor,sku");
    expect(lines.map(({ schema, cell, window_days }) => [schema, cell, window_days])).toEqual([
      ["slipway/reban@1", { vendor: "azure", sku: "GB300" }, 30],
      ["slipway/reban@1", { vendor: "azure", sku: "GB300" }, 7],
      ["slipway/reban@1", { vendor: "oci", sku: "H100" }, 30],
      ["slipway/reban@1", { vendor: "oci", sku: "H100" }, 7],
      ["slipway/data-quality@1", undefined, undefined],
    ]);
    expect(lines[2]).toMatchObject({
      endpoint: "hardware",
      estimate: 0.5,
      status: "ok",
      n: 2,
      events: 1,
      censored: 0,
      at_risk_at_window: 1,
      as_of: "2026-03-15T00:00:00Z",
    });
    expect(lines[2]?.["by_cause"]).toEqual({
      hardware: 0,
      fabric: 0.5,
      platform: 0,
      configuration: 0,
      unknown: 0,
      workload: 0,
    });
    expect(lines[0]).toMatchObject({ estimate: 0, n: 1, events: 0, excluded: { canary: 1 } });
    expect(lines.at(-1)).toEqual({
      schema: "slipway/data-quality@1",
      duplicate_rows: 1,
      coalesced_bans: 0,
      skew_clamped: 0,
      orphan_bans: 0,
      duplicate_admits: 0,
      implicit_leaves: 0,
      after_as_of: 0,
    });
  });

  it("reads standard input, filters, takes another endpoint and time, and follows a node", () => {
    const run = slipway(
      [
        "reban",
        "--events",
        "-",
        "--where",
        "vendor=oci,azure",
        "--where",
        "vendor=oci",
        "--endpoint",
        "hardware-only",
        "--as-of",
        "2026-01-10",
        "--window",
        "30d",
        "--follow-node",
        "--json",
      ],
      { input: readFileSync(EVENTS, "utf8") },
    );
    expect(run.documents()[0]).toMatchObject({
      cell: {},
      endpoint: "hardware-only",
      estimate: null,
      status: "insufficient_follow_up",
      n: 2,
      events: 0,
      as_of: "2026-01-10T00:00:00Z",
    });
    expect(run.documents()[1]).toMatchObject({ after_as_of: 2 });
  });

  it("answers declared cells of a spells file, with a curve, and tells no time that it does not know", () => {
    const lines = documents(
      "reban",
      "--spells",
      SPELLS,
      "--by",
      "cell",
      "--cells",
      "A,C",
      "--endpoint",
      "any",
      "--curve",
    );
    expect(lines.map(({ cell, estimate, status, bounds, as_of }) => [cell, estimate, status, bounds, as_of])).toEqual([
      [{ cell: "A" }, 0.5, "ok", { lo: 0.5, hi: 0.5 }, null],
      [{ cell: "B" }, 0, "ok", { lo: 0, hi: 0 }, null],
      [{ cell: "C" }, null, "no_data", { lo: 0, hi: 1 }, null],
      [undefined, undefined, undefined, undefined, undefined],
    ]);
    expect(lines[0]).toMatchObject({ curve: [{ days: 0 }, { days: 5 }, { days: 30 }] });
    expect(documents("reban", "--spells", SPELLS, "--cells", "A").map(({ cell }) => cell)).toEqual([
      { cell: "A" },
      { cell: "B" },
      undefined,
    ]);
  });

  it("shrinks, standardises, compares, makes cohorts, and takes a population", () => {
    expect(documents("reban", "--events", EVENTS, "--by", "vendor,cluster")[0]).toHaveProperty("shrunken");
    expect(documents("reban", "--events", EVENTS, "--by", "vendor", "--standardise", "sku")[0]).toHaveProperty(
      "standardised.ranking_reverses",
      false,
    );
    expect(
      documents("reban", "--events", EVENTS, "--cohort", "month", "--mature", "--window", "7d").map(({ cell }) => cell),
    ).toEqual([{ cohort: "2026-01" }, undefined]);
    expect(documents("reban", "--events", EVENTS, "--population", "canary")[0]).toMatchObject({ n: 1 });
    expect(
      documents("reban", "--events", EVENTS, "--compare", "vendor=oci,azure").map(({ schema, difference }) => [
        schema,
        difference,
      ]),
    ).toEqual([
      ["slipway/reban-comparison@1", 0.5],
      ["slipway/data-quality@1", undefined],
    ]);
  });

  it("writes the same keys as CSV, with nothing for null", () => {
    const { stdout, stderr, status } = slipway([
      "reban",
      "--spells",
      SPELLS,
      "--by",
      "cell",
      "--cells",
      "A,C",
      "--csv",
    ]);
    const [header = "", a = "", , c = ""] = stdout.split("\n");
    expect(status).toBe(0);
    expect(header).toMatch(
      /^schema,cell\.cell,window_days,endpoint,estimate,status,interval\.method,interval\.level,interval\.lo,interval\.hi,bounds\.lo,bounds\.hi,n,events,censored,at_risk_at_window,by_cause\.hardware,/,
    );
    expect(a).toMatch(/^slipway\/reban@1,A,30,hardware,0.5,ok,wilson-n-eff,0.95,0\.\d+,0\.\d+,0.5,0.5,2,1,0,1,0.5,/);
    expect(c).toMatch(/^slipway\/reban@1,C,30,hardware,,no_data,,,,,0,1,0,0,0,0,,/);
    expect(stderr).toContain("no rule of S1-S9 fired");
  });

  it("writes the admissions behind a number, which give the number again", () => {
    const rows = join(folder, "behind.csv");
    const [asked] = slipway([
      "reban",
      "--events",
      EVENTS,
      "--where",
      "vendor=oci",
      "--rows",
      rows,
      "--json",
    ]).documents();
    expect(readFileSync(rows, "utf8").split("\n")[1]).toBe("a1,5,fabric,,n1,2026-01-01T00:00:00Z,,c1,ofr,H100,oci");
    expect(documents("reban", "--spells", rows)[0]).toMatchObject({
      estimate: asked?.["estimate"],
      interval: asked?.["interval"],
      n: 2,
    });
  });

  it("writes them by their own columns, whatever else the events file calls so", () => {
    const [rows, events] = [
      join(folder, "own.csv"),
      file("labelled.csv", [
        "event_id,revision,event_type,node_id,cluster_id,ts,days,rack",
        "a1,1,admit,n1,c1,2026-01-01T00:00:00Z,999,r7",
        "z,1,leave,n1,c1,2026-01-03T00:00:00Z,,",
      ]),
    ];
    slipway(["reban", "--events", events, "--rows", rows]);
    expect(readFileSync(rows, "utf8")).toBe(
      "admission_id,days,cause,entered_days,node_id,started_at,attempt_id,cluster_id,rack\na1,2,,,n1,2026-01-01T00:00:00Z,,c1,r7\n",
    );
  });

  it("compares vendors of several SKUs by standardised rates too, and says which label no row has", () => {
    const spells = file("vendors.csv", [
      "admission_id,days,cause,vendor,sku",
      "1,5,hardware,oci,H100",
      "2,40,,oci,GB300",
      "3,40,,azure,H100",
      "4,40,,azure,GB300",
    ]);
    expect(documents("reban", "--spells", spells, "--by", "vendor")[0]).toMatchObject({
      standardised: { estimate: 0, ranking_reverses: false },
    });
    expect(documents("reban", "--spells", spells, "--by", "sku")[0]).not.toHaveProperty("standardised");
    expect(slipway(["reban", "--spells", spells, "--by", "vendr"]).stderr).toContain(
      "no row has vendr; there are sku, vendor",
    );
    expect(slipway(["reban", "--spells", spells, "--by", "--json"])).toMatchObject({ status: 3 });
    expect(slipway(["reban", "--spells", spells, "--window", "30d,30"])).toMatchObject({ status: 3 });
  });

  it("draws for a person: the page's words, bars in letters, what is not known, and why", () => {
    const { stdout } = slipway(["reban", "--spells", SPELLS, "--by", "cell", "--cells", "C", "--window", "45d"]);
    expect(stdout).toContain("A, hardware re-bans within 45 d of re-entry: not known, between 50 % and 100 %");
    expect(stdout).toContain("C, hardware re-bans within 45 d of re-entry: no admissions in this cell.");
    expect(stdout).toMatch(/^A +– \(50-100 %\) +\[-+\] +2 +1 +1 +followed 40 d at most: bounds; fewer than 20$/m);
    expect(stdout).toMatch(/^C +– +0 +0 +0 +no admissions in this cell$/m);
    expect(stdout).not.toMatch(/\u001b|null|NaN/);
  });

  it("refuses what it cannot answer, and says why", () => {
    const bad = file("bad.csv", [
      "event_id,revision,event_type,node_id,cluster_id,ts,ingested_ts,cause",
      "e,1,admit,n,c,2026-01-01T00:00:00Z,,",
      "e,1,ban,n,c,2026-01-02T00:00:00Z,,gremlins",
    ]);
    expect(refused("reban", "--events", bad)).toContain(
      'bad.csv:3: cause: "gremlins" is none of hardware, fabric, platform, configuration, unknown, workload',
    );
    expect(refused("reban", "--events", join(folder, "none.csv"))).toContain("cannot be read (ENOENT)");
    expect(refused("reban", "--events", RUNS)).toContain("its header is that of a file of runs");
    expect(refused("reban", "--events", EVENTS, "--window", "soon")).toContain("days above 0");
    expect(refused("reban", "--events", EVENTS, "--spells", SPELLS)).toContain("cannot be used with");
    expect(refused("reban", "--spells", SPELLS, "--follow-node")).toContain("ask the events instead");
    expect(refused("reban", "--events", EVENTS, "--compare", "vendor=oci", "--json")).toContain("compares nothing");
    expect(refused("reban", "--events", EVENTS, "--compare", "vendor=oci,azure", "--by", "sku")).toContain(
      "takes no --by",
    );
    expect(refused("reban", "--events", EVENTS, "--by", "vendor,sku", "--cells", "oci")).toContain(
      "a value for each of vendor/sku",
    );
  });
});

describe("simulate", () => {
  it("answers one line for each number of passes, in the order given, and leaves other lanes out", () => {
    const lines = documents("simulate", "--runs", RUNS, "--of", "12", "--passes", "10,12,1");
    expect(lines.map(({ schema, policy, cell }) => [schema, policy, cell])).toEqual(
      [10, 12, 1].map((passes) => ["slipway/simulation@1", { of: 12, passes, drop: [] }, {}]),
    );
    expect(lines[0]).toMatchObject({
      additionally_admitted: { point: 1, lo: 1, hi: 1, expected: null },
      node_hours_saved: 2 * 2 + 2,
      reban_rate_of_additional: { point: null, identified: false, bounds_none: [0, 1] },
      excluded: { other_lanes: 1 },
    });
    expect(lines[1]).toMatchObject({
      additionally_admitted: { point: 0 },
      node_hours_saved: 0,
      extra_rebans: { point: 0 },
    });
  });

  it("takes the rate of the admitted from events, cells, a window, an endpoint, a filter and an assumption", () => {
    const lines = documents(
      "simulate",
      "--runs",
      RUNS,
      "--events",
      EVENTS,
      "--passes",
      "10",
      "--by",
      "vendor",
      "--where",
      "vendor=oci",
      "--window",
      "7d",
      "--endpoint",
      "fabric",
      "--as-of",
      "2026-03-01",
      "--assume",
      "odds=2",
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      cell: { vendor: "oci" },
      assume: "odds=2",
      window_days: 7,
      endpoint: "fabric",
      as_of: "2026-03-01T00:00:00Z",
      reban_rate_of_additional: { bounds_monotone: [0.5, 1], bounds_odds: [0.5, 2 / 3] },
    });
  });

  it("bounds what dropping a check adds, and says when nobody failed it", () => {
    expect(documents("simulate", "--runs", RUNS, "--passes", "12", "--drop", "imex")[0]).toMatchObject({
      policy: { of: 12, passes: 12, drop: ["imex"] },
      additionally_admitted: { point: null, lo: 0, hi: 1 },
    });
    expect(slipway(["simulate", "--runs", RUNS, "--passes", "12", "--drop", "nccl"]).stderr).toContain(
      "no attempt failed nccl",
    );
  });

  it("reads attempts, and says in a table what is not known", () => {
    const attempts = file("attempts.csv", [
      "attempt_id,vendor,cluster_id,first_failed_run,runs_executed,node_hours_per_run,reban",
      "1,oci,c1,,12,2,true",
      "2,oci,c1,,12,2,false",
      "3,oci,c1,11,11,2,",
    ]);
    expect(documents("simulate", "--attempts", attempts, "--passes", "10")[0]).toMatchObject({
      reban_rate_of_admitted: { estimate: 0.5, n: 2 },
      reban_rate_of_additional: { bounds_monotone: [0.5, 1] },
    });
    const { stdout } = slipway(["simulate", "--attempts", attempts, "--passes", "10,12"]);
    expect(stdout).toMatch(/^10 of 12 +1 +10 +9-100 % +\[?/m);
    expect(stdout).toContain("reban_rate_of_additional is not identified");
    expect(slipway(["simulate", "--attempts", attempts, "--passes", "10", "--csv"]).stdout).toMatch(
      /^schema,policy\.of,policy\.passes,policy\.drop,assume,status,additionally_admitted\.point,/,
    );
  });

  it("refuses what it cannot answer", () => {
    expect(refused("simulate", "--runs", RUNS, "--passes", "13")).toContain("13");
    expect(refused("simulate", "--runs", RUNS, "--assume", "best")).toContain("is no assumption");
    const twice = file("twice.csv", ["attempt_id,run_index,failed_checks", "a,1,", "a,1,imex"]);
    expect(refused("simulate", "--runs", twice)).toContain("twice.csv: attempt a, run 1: two rows");
  });

  it("holds attempts of lanes with another number of passes apart: they would bring their failures and not their passes", () => {
    const mixed = file("mixed.csv", [
      "attempt_id,run_index,failed_checks,passes_required",
      ...Array.from({ length: 12 }, (_, at) => `p,${String(at + 1)},,12`),
      "s,1,imex,6",
    ]);
    expect(documents("simulate", "--runs", mixed, "--passes", "10")[0]).toMatchObject({
      excluded: { other_lanes: 1 },
      admitted: 1,
    });
  });
});

describe("value", () => {
  it("answers a line for each run, of a table or of runs", () => {
    const lines = documents("value", "--table", TABLE, "--admitted-rate", "0.3");
    expect(
      lines.map(({ schema, run, node_hours_per_detection, warnings }) => [
        schema,
        run,
        node_hours_per_detection,
        warnings,
      ]),
    ).toEqual([
      ["slipway/value@1", 1, 200 / 7, []],
      ["slipway/value@1", 2, null, ["never-failed"]],
    ]);
    expect(lines[0]).toMatchObject({
      hazard: 0.07,
      rebans_avoided: { bounds_none: [0, 7], bounds_monotone: [7 * 0.3, 7] },
      node_hours_per_reban_avoided: { bounds_none: [200 / 7, null] },
    });
    expect(
      documents("value", "--runs", RUNS, "--where", "vendor=oci").map(({ run, reached, first_failures }) => [
        run,
        reached,
        first_failures,
      ]),
    ).toEqual(Array.from({ length: 12 }, (_, at) => [at + 1, at < 11 ? 2 : 1, at === 10 ? 1 : 0]));
  });

  it("says from which run on it does not pay, and whose prices say so", () => {
    expect(
      documents("value", "--table", TABLE, "--ban-cost", "1000", "--node-hour-price", "1", "--set-by", "fleet team")[0],
    ).toMatchObject({ stop_from_run: 2, set_by: "fleet team" });
    expect(
      slipway(["value", "--table", TABLE, "--ban-cost", "1000", "--node-hour-price", "1", "--set-by", "fleet team"])
        .stdout,
    ).toContain("runs from 2 on cost more than all they could avoid, at the prices of fleet team");
    expect(refused("value", "--table", TABLE, "--ban-cost", "1000")).toContain("--set-by");
  });
});

describe("sprt", () => {
  it("answers with the boundaries and the run that decided", () => {
    expect(
      documents(
        "sprt",
        "--p0",
        "0.01",
        "--p1",
        "0.3",
        "--alpha",
        "0.05",
        "--beta",
        "0.02",
        "--results",
        "PPPPPPPPPPPPF",
      ),
    ).toEqual([
      expect.objectContaining({
        schema: "slipway/sprt@1",
        decision: "admit",
        at_run: 12,
        passes_in_a_row_to_admit: 12,
      }),
    ]);
    expect(
      slipway(["sprt", "--p0", "0.01", "--p1", "0.3", "--alpha", "0.05", "--beta", "0.02", "--results", "PF"]).stdout,
    ).toContain("refuse it at run 2");
    expect(refused("sprt", "--p0", "0.3", "--p1", "0.01", "--alpha", "0.05", "--beta", "0.02")).toContain(
      "0 < p0 < p1 < 1",
    );
    expect(
      refused("sprt", "--p0", "0.01", "--p1", "0.3", "--alpha", "0.05", "--beta", "0.02", "--results", "PX"),
    ).toContain("a run is P or F");
  });
});

describe("data check", () => {
  it("says what a file holds, and ends with 3 where something is wrong", () => {
    expect(documents("data", "check", EVENTS)).toEqual([
      expect.objectContaining({
        schema: "slipway/data-check@1",
        kind: "events",
        rows: 9,
        problem_count: 0,
        admissions: 4,
      }),
    ]);
    const bad = file("bad-runs.csv", ["attempt_id,run_index,failed_checks", "a,0,", "a,1,", "a,1,"]);
    const run = slipway(["data", "check", bad]);
    expect(run.status).toBe(3);
    expect(run.stdout).toContain("2 rows of runs, 2 problems");
    expect(run.stdout).toContain("bad-runs.csv:2: run_index");
    expect(run.stdout).toContain("two rows have a result");
  });
});

describe("sql", () => {
  it("asks files by their tables, and what is made of them", () => {
    expect(
      documents("sql", "select event_type, count(*) as rows from events group by all order by 1", "--events", EVENTS),
    ).toEqual([
      { event_type: "admit", rows: 4 },
      { event_type: "ban", rows: 3 },
      { event_type: "leave", rows: 1 },
      { event_type: "unban", rows: 1 },
    ]);
    expect(
      documents(
        "sql",
        "select admission_id, days, cause, started_at from spells join attempts on true where cause is not null and first_failed_run = 2",
        "--events",
        EVENTS,
        "--runs",
        RUNS,
      ),
    ).toEqual([{ admission_id: "a1", days: 5, cause: "fabric", started_at: "2026-01-01T00:00:00Z" }]);
    expect(slipway(["sql", 'select * from "table"', "--table", TABLE, "--csv"]).stdout).toBe(
      "run_index,reached,first_failures,node_hours_per_run\n1,100,7,2\n2,93,0,2\n",
    );
    expect(slipway(["sql", "select null as nothing", "--table", TABLE]).stdout).toBe("nothing\n–\n1 row\n");
    expect(refused("sql", "drop table runs", "--runs", RUNS)).toContain("only a query that reads");
    expect(refused("sql", `select * from '${EVENTS}'`, "--runs", RUNS)).toContain("SQL: ");
  });
});
