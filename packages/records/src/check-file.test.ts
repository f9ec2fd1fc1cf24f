import { describe, expect, it } from "vitest";
import { checkFile } from "./check-file.ts";
import { textSource } from "./source.ts";

const check = (text: string): ReturnType<typeof checkFile> => checkFile(textSource("f.csv", text));

describe("checkFile", () => {
  it("knows events by their header, and counts what sessionisation does with them", async () => {
    const found = await check(
      "event_id,revision,event_type,node_id,cluster_id,ts,ingested_ts,cause,vendor\n" +
        "e1,1,admit,n,c,2026-01-01T00:00:00Z,,,oci\n" +
        "e1,1,admit,n,c,2026-01-01T00:00:00Z,,,oci\n" +
        "e2,1,ban,x,c,2026-01-02T00:00:00Z,,fabric,oci\n",
    );
    expect(found).toMatchObject({
      kind: "events",
      rows: 3,
      problem_count: 0,
      problems: [],
      labels: ["vendor"],
      admissions: 1,
      data_quality: { duplicate_rows: 1, orphan_bans: 1 },
    });
  });

  it("goes on after a wrong row, and says which they are", async () => {
    const found = await check(`attempt_id,run_index,failed_checks\na,1,\na,0,\nb,1,;\n${"x,0,\n".repeat(30)}c,1,\n`);
    expect(found).toMatchObject({ kind: "runs", rows: 2, problem_count: 32, attempts: 2 });
    expect(found.problems.slice(0, 2)).toEqual([
      'f.csv:3: run_index: "0" is no whole number from 1',
      'f.csv:4: failed_checks: ";" is no list of names separated by ;',
    ]);
    expect(found.problems).toHaveLength(20);
  });

  it("says what only rows together show", async () => {
    expect((await check("attempt_id,run_index,failed_checks\na,1,\na,1,imex\n")).problems).toEqual([
      expect.stringContaining("f.csv: attempt a, run 1: two rows"),
    ]);
    expect(
      (await check("attempt_id,vendor,cluster_id,first_failed_run,runs_executed\na,,,,12\na,,,,12\n")).problems,
    ).toEqual(['f.csv:3: attempt_id: "a" is there twice']);
  });

  it("says of a file of no kind, and of one that ends in the middle, that they are so", async () => {
    expect(await check("a,b\n1,2\n")).toMatchObject({ kind: null, rows: 0, problem_count: 1 });
    expect((await check('admission_id,days,cause\na,1,\n"b,2')).problems).toEqual([
      "f.csv:3: opens a quote that is not closed",
    ]);
    expect((await check("")).problems).toEqual(["f.csv: is empty; its first line has to name the columns"]);
  });
});
