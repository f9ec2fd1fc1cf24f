import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { slipway } from "./run-cli.ts";
import { documents, refused, statisticsFiles } from "./statistics-files.ts";

const { file, folder, EVENTS, RUNS } = statisticsFiles();
const SPELLS = file("spells.csv", [
  "admission_id,days,cause,entered_days,cell",
  "1,5,hardware,,A",
  "2,40,,,A",
  "3,40,,,B",
  "4,50,,,B",
]);

describe("reban", () => {
  it("prints one line per cell and window, and the data quality last", async () => {
    const lines = await documents("reban", "--events", EVENTS, "--window", "30d,7d", "--by", "vendor,sku");
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

  it("takes standard input, filters, another endpoint, another as-of time, and --follow-node", async () => {
    const run = await slipway(
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

  it("answers the declared cells of a spells file, with a curve, and prints no as-of time where the file has none", async () => {
    const lines = await documents(
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
    expect((await documents("reban", "--spells", SPELLS, "--cells", "A")).map(({ cell }) => cell)).toEqual([
      { cell: "A" },
      { cell: "B" },
      undefined,
    ]);
  });

  it("supports shrinkage, standardisation, comparison, cohorts and populations", async () => {
    expect((await documents("reban", "--events", EVENTS, "--by", "vendor,cluster"))[0]).toHaveProperty("shrunken");
    expect((await documents("reban", "--events", EVENTS, "--by", "vendor", "--standardise", "sku"))[0]).toHaveProperty(
      "standardised.ranking_reverses",
      false,
    );
    expect(
      (await documents("reban", "--events", EVENTS, "--cohort", "month", "--mature", "--window", "7d")).map(
        ({ cell }) => cell,
      ),
    ).toEqual([{ cohort: "2026-01" }, undefined]);
    expect((await documents("reban", "--events", EVENTS, "--population", "canary"))[0]).toMatchObject({ n: 1 });
    expect(
      (await documents("reban", "--events", EVENTS, "--compare", "vendor=oci,azure")).map(({ schema, difference }) => [
        schema,
        difference,
      ]),
    ).toEqual([
      ["slipway/reban-comparison@1", 0.5],
      ["slipway/data-quality@1", undefined],
    ]);
  });

  it("writes CSV with the keys of the JSON, and empty cells for null", async () => {
    const { stdout, stderr, status } = await slipway([
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
    const columns =
      "schema,cell.cell,window_days,endpoint,estimate,status,interval.method,interval.level,interval.lo,interval.hi," +
      "bounds.lo,bounds.hi,n,events,censored,at_risk_at_window,by_cause.hardware,";
    expect(header.slice(0, columns.length)).toBe(columns);
    expect(a).toMatch(/^slipway\/reban@1,A,30,hardware,0.5,ok,wilson-n-eff,0.95,0\.\d+,0\.\d+,0.5,0.5,2,1,0,1,0.5,/);
    expect(c).toMatch(/^slipway\/reban@1,C,30,hardware,,no_data,,,,,0,1,0,0,0,0,,/);
    expect(stderr).toContain("no rule of S1-S9 fired");
  });

  it("writes the admissions behind a rate, from which the same rate is computed again", async () => {
    const rows = join(folder, "behind.csv");
    const [asked] = (
      await slipway(["reban", "--events", EVENTS, "--where", "vendor=oci", "--rows", rows, "--json"])
    ).documents();
    expect(readFileSync(rows, "utf8").split("\n")[1]).toBe("a1,5,fabric,,n1,2026-01-01T00:00:00Z,,c1,ofr,H100,oci");
    expect((await documents("reban", "--spells", rows))[0]).toMatchObject({
      estimate: asked?.["estimate"],
      interval: asked?.["interval"],
      n: 2,
    });
  });

  it("writes admissions under its own column names even when the events file uses the same names", async () => {
    const [rows, events] = [
      join(folder, "own.csv"),
      file("labelled.csv", [
        "event_id,revision,event_type,node_id,cluster_id,ts,days,rack",
        "a1,1,admit,n1,c1,2026-01-01T00:00:00Z,999,r7",
        "z,1,leave,n1,c1,2026-01-03T00:00:00Z,,",
      ]),
    ];
    await slipway(["reban", "--events", events, "--rows", rows]);
    expect(readFileSync(rows, "utf8")).toBe(
      "admission_id,days,cause,entered_days,node_id,started_at,attempt_id,cluster_id,rack\na1,2,,,n1,2026-01-01T00:00:00Z,,c1,r7\n",
    );
  });

  it("compares vendors of several SKUs also by standardised rates, and names a label that no row has", async () => {
    const spells = file("vendors.csv", [
      "admission_id,days,cause,vendor,sku",
      "1,5,hardware,oci,H100",
      "2,40,,oci,GB300",
      "3,40,,azure,H100",
      "4,40,,azure,GB300",
    ]);
    expect((await documents("reban", "--spells", spells, "--by", "vendor"))[0]).toMatchObject({
      standardised: { estimate: 0, ranking_reverses: false },
    });
    expect((await documents("reban", "--spells", spells, "--by", "sku"))[0]).not.toHaveProperty("standardised");
    expect((await slipway(["reban", "--spells", spells, "--by", "vendr"])).stderr).toContain(
      "no row has vendr; there are sku, vendor",
    );
    expect(await slipway(["reban", "--spells", spells, "--by", "--json"])).toMatchObject({ status: 3 });
    expect(await slipway(["reban", "--spells", spells, "--window", "30d,30"])).toMatchObject({ status: 3 });
  });

  it("prints for a terminal the words of the page, text bars, and why a rate is unknown", async () => {
    const { stdout } = await slipway(["reban", "--spells", SPELLS, "--by", "cell", "--cells", "C", "--window", "45d"]);
    expect(stdout).toContain("A, hardware re-bans within 45 d of re-entry: not known, between 50 % and 100 %");
    expect(stdout).toContain("C, hardware re-bans within 45 d of re-entry: no admissions in this cell.");
    expect(stdout).toMatch(/^A +– \(50-100 %\) +\[-+\] +2 +1 +1 +followed 40 d at most: bounds; fewer than 20$/m);
    expect(stdout).toMatch(/^C +– +0 +0 +0 +no admissions in this cell$/m);
    expect(stdout).not.toMatch(/\u001b|null|NaN/);
  });

  it("refuses questions that reban cannot answer, with the reason", async () => {
    const bad = file("bad.csv", [
      "event_id,revision,event_type,node_id,cluster_id,ts,ingested_ts,cause",
      "e,1,admit,n,c,2026-01-01T00:00:00Z,,",
      "e,1,ban,n,c,2026-01-02T00:00:00Z,,gremlins",
    ]);
    expect(await refused("reban", "--events", bad)).toContain(
      'bad.csv:3: cause: "gremlins" is none of hardware, fabric, platform, configuration, unknown, workload',
    );
    expect(await refused("reban", "--events", join(folder, "none.csv"))).toContain("cannot be read (ENOENT)");
    expect(await refused("reban", "--events", RUNS)).toContain("its header is that of a file of runs");
    expect(await refused("reban", "--events", EVENTS, "--window", "soon")).toContain("days above 0");
    expect(await refused("reban", "--events", EVENTS, "--spells", SPELLS)).toContain("cannot be used with");
    expect(await refused("reban", "--spells", SPELLS, "--follow-node")).toContain("ask the events instead");
    expect(await refused("reban", "--events", EVENTS, "--compare", "vendor=oci", "--json")).toContain(
      "compares nothing",
    );
    expect(await refused("reban", "--events", EVENTS, "--compare", "vendor=oci,azure", "--by", "sku")).toContain(
      "takes no --by",
    );
    expect(await refused("reban", "--events", EVENTS, "--by", "vendor,sku", "--cells", "oci")).toContain(
      "a value for each of vendor/sku",
    );
  });
});
