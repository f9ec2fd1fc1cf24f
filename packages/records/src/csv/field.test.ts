import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { csvLine } from "./field.ts";

/** The fields of a line as another reader, such as a spreadsheet, has them. */
const elsewhere = (fields: readonly string[]): string[] | undefined => parse(csvLine(fields))[0];

it.each(["=1+1", '=HYPERLINK("http://x","y")', "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-Infinity"])(
  "writes %j so that no spreadsheet takes it for a formula",
  (value) => {
    expect(elsewhere([value, "x"])).toEqual([`'${value}`, "x"]);
  },
);

it.each(["-3.5", "+2", "-1e-7", "-.5", "0x1f", "a=b", "x-y", "'quoted'", "2026-03-01T12:00:00Z"])(
  "writes %j as it is",
  (value) => {
    expect(csvLine([value])).toBe(`${value}\n`);
  },
);
