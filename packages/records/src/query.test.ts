import { SlipwayError } from "@slipway/plugin-sdk";
import type { EventRow, RunRow } from "@slipway/stats";
import { describe, expect, it } from "vitest";
import { eventsKind, runsKind } from "./kinds/index.ts";
import { query, type QueryResult } from "./query.ts";
import { tableOf } from "./kinds/table.ts";

const event = (eventId: string, over: Partial<EventRow> = {}): EventRow => ({
  eventId,
  revision: 1,
  type: "admit",
  node: "m-1",
  cluster: "c",
  ts: Date.UTC(2026, 0, 1),
  ingestedTs: null,
  cause: null,
  labels: { vendor: "oci" },
  attemptId: null,
  ...over,
});
const run: RunRow = {
  attemptId: "a",
  runIndex: 1,
  result: "pass",
  failedChecks: [],
  nodeHours: 2.5,
  labels: { constructor: "x" },
};
const ask = (sql: string): Promise<QueryResult> =>
  query(sql, [
    {
      name: "events",
      table: tableOf(eventsKind, [
        event("e1"),
        event("e2", { type: "ban", cause: "fabric", ts: Date.UTC(2026, 0, 1, 0, 0, 0, 120) }),
      ]),
    },
    {
      name: "runs",
      table: tableOf(
        runsKind,
        Array.from({ length: 5_000 }, () => run),
      ),
    },
  ]);

describe("query", () => {
  it("answers over typed columns, in JSON's own values", async () => {
    expect(await ask("select event_id, revision, cause, ts, vendor from events order by 1")).toEqual({
      columns: ["event_id", "revision", "cause", "ts", "vendor"],
      rows: [
        ["e1", 1, null, "2026-01-01T00:00:00Z", "oci"],
        ["e2", 1, "fabric", "2026-01-01T00:00:00.12Z", "oci"],
      ],
    });
    expect(
      (await ask("select count(*), sum(node_hours), sum(run_index), min(constructor), 2::hugeint ** 100 from runs"))
        .rows,
    ).toEqual([[5_000, 12_500, 5_000, "x", expect.anything()]]);
    expect((await ask("select ts + interval 1 day from events limit 1")).rows).toEqual([["2026-01-02T00:00:00Z"]]);
    expect((await ask("select 9007199254740993::bigint, 'nan'::double, [1, 2], true")).rows).toEqual([
      ["9007199254740993", "NaN", [1, 2], true],
    ]);
  });

  it.each([
    ["", "one query"],
    ["select 1; select 2", "one query"],
    ["selec 1", "SQL: "],
    ["select * from nothing", "SQL: "],
    ["drop table events", "only a query that reads"],
    ["create table x (a int)", "only a query that reads"],
    ["set threads = 1", "SQL: "],
    ["copy events to '/dev/null'", "SQL: "],
    ["select * from read_csv('/etc/passwd')", "disabled by configuration"],
    ["select * from 'https://example.com/x.parquet'", "SQL: "],
    ["attach '/nowhere.db'", "SQL: "],
    ["install httpfs", "only a query that reads"],
    ["load httpfs", "only a query that reads"],
  ])("refuses %j", async (sql, message) => {
    const error: unknown = await ask(sql).catch((caught: unknown) => caught);
    expect(SlipwayError.is(error) && error.kind).toBe("input");
    expect(String(error)).toContain(message);
  });
});
