import { describe, expect, it } from "vitest";
import { slipway } from "./run-cli.ts";
import { documents, refused, statisticsFiles } from "./statistics-files.ts";

const { file, EVENTS, RUNS } = statisticsFiles();
const TABLE = file("table.csv", ["run_index,reached,first_failures,node_hours_per_run", "1,100,7,2", "2,93,0,2"]);

describe("simulate", () => {
  it("simulate prints one line per number of passes, in the order given, and leaves attempts of other lanes out", async () => {
    const lines = await documents("simulate", "--runs", RUNS, "--of", "12", "--passes", "10,12,1");
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

  it("simulate takes the admitted rate from events, with cells, window, endpoint, filter and assumption", async () => {
    const lines = await documents(
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

  it("simulate bounds how many nodes dropping a check adds, and says when no node failed that check", async () => {
    expect((await documents("simulate", "--runs", RUNS, "--passes", "12", "--drop", "imex"))[0]).toMatchObject({
      policy: { of: 12, passes: 12, drop: ["imex"] },
      additionally_admitted: { point: null, lo: 0, hi: 1 },
    });
    expect((await slipway(["simulate", "--runs", RUNS, "--passes", "12", "--drop", "nccl"])).stderr).toContain(
      "no attempt failed nccl",
    );
  });

  it("simulate reads a file of attempts, and marks unknown values in the table", async () => {
    const attempts = file("attempts.csv", [
      "attempt_id,vendor,cluster_id,first_failed_run,runs_executed,node_hours_per_run,reban",
      "1,oci,c1,,12,2,true",
      "2,oci,c1,,12,2,false",
      "3,oci,c1,11,11,2,",
    ]);
    expect((await documents("simulate", "--attempts", attempts, "--passes", "10"))[0]).toMatchObject({
      reban_rate_of_admitted: { estimate: 0.5, n: 2 },
      reban_rate_of_additional: { bounds_monotone: [0.5, 1] },
    });
    const { stdout } = await slipway(["simulate", "--attempts", attempts, "--passes", "10,12"]);
    expect(stdout).toMatch(/^10 of 12 +1 +10 +9-100 % +\[?/m);
    expect(stdout).toContain("reban_rate_of_additional is not identified");
    expect((await slipway(["simulate", "--attempts", attempts, "--passes", "10", "--csv"])).stdout).toMatch(
      /^schema,policy\.of,policy\.passes,policy\.drop,assume,status,additionally_admitted\.point,/,
    );
  });

  it("simulate refuses questions that it cannot answer", async () => {
    expect(await refused("simulate", "--runs", RUNS, "--passes", "13")).toContain("13");
    expect(await refused("simulate", "--runs", RUNS, "--assume", "best")).toContain("is no assumption");
    const twice = file("twice.csv", ["attempt_id,run_index,failed_checks", "a,1,", "a,1,imex"]);
    expect(await refused("simulate", "--runs", twice)).toContain("twice.csv: attempt a, run 1: two rows");
  });

  it("simulate excludes attempts of lanes that require another number of passes", async () => {
    const mixed = file("mixed.csv", [
      "attempt_id,run_index,failed_checks,passes_required",
      ...Array.from({ length: 12 }, (_, at) => `p,${String(at + 1)},,12`),
      "s,1,imex,6",
    ]);
    expect((await documents("simulate", "--runs", mixed, "--passes", "10"))[0]).toMatchObject({
      excluded: { other_lanes: 1 },
      admitted: 1,
    });
  });
});

describe("value", () => {
  it("value prints a line for each run index, from a table or from a file of runs", async () => {
    const lines = await documents("value", "--table", TABLE, "--admitted-rate", "0.3");
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
      (await documents("value", "--runs", RUNS, "--where", "vendor=oci")).map(({ run, reached, first_failures }) => [
        run,
        reached,
        first_failures,
      ]),
    ).toEqual(Array.from({ length: 12 }, (_, at) => [at + 1, at < 11 ? 2 : 1, at === 10 ? 1 : 0]));
  });

  it("value says from which run on testing does not pay, and at whose prices", async () => {
    expect(
      (
        await documents(
          "value",
          "--table",
          TABLE,
          "--ban-cost",
          "1000",
          "--node-hour-price",
          "1",
          "--set-by",
          "fleet team",
        )
      )[0],
    ).toMatchObject({ stop_from_run: 2, set_by: "fleet team" });
    expect(
      (
        await slipway([
          "value",
          "--table",
          TABLE,
          "--ban-cost",
          "1000",
          "--node-hour-price",
          "1",
          "--set-by",
          "fleet team",
        ])
      ).stdout,
    ).toContain("runs from 2 on cost more than all they could avoid, at the prices of fleet team");
    expect(await refused("value", "--table", TABLE, "--ban-cost", "1000")).toContain("--set-by");
  });
});

describe("sprt", () => {
  it("sprt prints the boundaries and the run that decided", async () => {
    expect(
      await documents(
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
      (await slipway(["sprt", "--p0", "0.01", "--p1", "0.3", "--alpha", "0.05", "--beta", "0.02", "--results", "PF"]))
        .stdout,
    ).toContain("refuse it at run 2");
    expect(await refused("sprt", "--p0", "0.3", "--p1", "0.01", "--alpha", "0.05", "--beta", "0.02")).toContain(
      "0 < p0 < p1 < 1",
    );
    expect(
      await refused("sprt", "--p0", "0.01", "--p1", "0.3", "--alpha", "0.05", "--beta", "0.02", "--results", "PX"),
    ).toContain("a run is P or F");
  });
});

describe("data check", () => {
  it("data check reports what a file holds, and exits 3 for a damaged file", async () => {
    expect(await documents("data", "check", EVENTS)).toEqual([
      expect.objectContaining({
        schema: "slipway/data-check@1",
        kind: "events",
        rows: 9,
        problem_count: 0,
        admissions: 4,
      }),
    ]);
    const bad = file("bad-runs.csv", ["attempt_id,run_index,failed_checks", "a,0,", "a,1,", "a,1,"]);
    const run = await slipway(["data", "check", bad]);
    expect(run.status).toBe(3);
    expect(run.stdout).toContain("2 rows of runs, 2 problems");
    expect(run.stdout).toContain("bad-runs.csv:2: run_index");
    expect(run.stdout).toContain("two rows have a result");
  });
});

describe("sql", () => {
  it("sql queries the tables of the given files and those derived from them", async () => {
    expect(
      await documents(
        "sql",
        "select event_type, count(*) as rows from events group by all order by 1",
        "--events",
        EVENTS,
      ),
    ).toEqual([
      { event_type: "admit", rows: 4 },
      { event_type: "ban", rows: 3 },
      { event_type: "leave", rows: 1 },
      { event_type: "unban", rows: 1 },
    ]);
    expect(
      await documents(
        "sql",
        "select admission_id, days, cause, started_at from spells join attempts on true where cause is not null and first_failed_run = 2",
        "--events",
        EVENTS,
        "--runs",
        RUNS,
      ),
    ).toEqual([{ admission_id: "a1", days: 5, cause: "fabric", started_at: "2026-01-01T00:00:00Z" }]);
    expect((await slipway(["sql", 'select * from "table"', "--table", TABLE, "--csv"])).stdout).toBe(
      "run_index,reached,first_failures,node_hours_per_run\n1,100,7,2\n2,93,0,2\n",
    );
    expect((await slipway(["sql", "select null as nothing", "--table", TABLE])).stdout).toBe("nothing\n–\n1 row\n");
    expect(await refused("sql", "drop table runs", "--runs", RUNS)).toContain("only a query that reads");
    expect(await refused("sql", `select * from '${EVENTS}'`, "--runs", RUNS)).toContain("SQL: ");
  });
});
