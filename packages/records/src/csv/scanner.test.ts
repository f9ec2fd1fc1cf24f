import fc from "fast-check";
import { SlipwayError } from "@slipway/plugin-sdk";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { CsvScanner } from "./scanner.ts";
import { csvLine } from "./field.ts";

interface Scanned {
  readonly records: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

function scan(pieces: readonly string[]): Scanned {
  const records: (readonly string[])[] = [];
  const lines: number[] = [];
  const scanner = new CsvScanner("f.csv", (fields, line) => {
    records.push(fields);
    lines.push(line);
  });
  for (const piece of pieces) scanner.push(piece);
  scanner.end();
  return { records, lines };
}

const field = fc.oneof(
  fc.string(),
  fc.constantFrom("", "a", "x,y", 'say "so"', "two\nlines", "two\r\nlines", '"', '""', " a "),
  fc.constantFrom("=1+1", "'=1", "''-x", "+a", "-a", "-3.5", "'-3.5", "+1e9", "@x", "\tx", "\r", "'", "'a", "＝1"),
);
const table = fc
  .integer({ min: 2, max: 4 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 6 }));
/** Text cut anywhere. */
const pieces = (text: string, cuts: readonly number[]): string[] => {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, index) => text.slice(at[index], end));
};

describe("CsvScanner", () => {
  it("reads quoted fields, both line ends, and a last line without one", () => {
    expect(scan(['a,b\r\n"x,1","say ""so"""\r\n\n1,"two\r\nlines"\n,end'])).toEqual({
      records: [
        ["a", "b"],
        ["x,1", 'say "so"'],
        ["1", "two\r\nlines"],
        ["", "end"],
      ],
      lines: [1, 2, 4, 6],
    });
    expect(scan(['a\n"', '"\r', "\n"]).records).toEqual([["a"], [""]]);
    expect(scan([]).records).toEqual([]);
  });

  it("says where a file is no CSV", () => {
    expect(() => scan(['a,b\n1,x"y\n'])).toThrow("f.csv:2: has a quote inside");
    expect(() => scan(['a,b\n1,"xy'])).toThrow("f.csv:2: opens a quote that is not closed");
    expect(() => scan(['a,b\n"x"y,2\n'])).toThrow("f.csv:2: goes on after a closed quote");
    expect(() => scan(["a,b\r1,2\r3,4\n"])).toThrow("f.csv:1: holds a carriage return that ends no line");
    expect(() => scan(['a,b\n"x\r'])).toThrow("not closed");
    expect(() => scan([`a\n"${"x".repeat(2_000_000)}`])).toThrow("not closed");
    expect(() => scan([`a\n${"x".repeat(2_000_000)}`])).toThrow("longer than 1 MiB");
  });

  it("reads what was written, wherever the text is cut", () => {
    fc.assert(
      fc.property(table, fc.array(fc.nat(), { maxLength: 5 }), (rows, cuts) => {
        expect(scan(pieces(rows.map(csvLine).join(""), cuts)).records).toEqual(rows);
      }),
    );
  });

  it("agrees with another reader on any text, or refuses it", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", ",", '"', "\n", "\r\n", "\r", " ", '""'), { maxLength: 24 })
      .map((parts) => parts.join(""));
    const other = (all: string): string[][] | undefined => {
      try {
        return parse(all, { relax_column_count: true, skip_empty_lines: true, record_delimiter: ["\n", "\r\n"] });
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 4 }), (all, cuts) => {
        try {
          const { records } = scan(pieces(all, cuts));
          expect(records).toEqual(other(all));
        } catch (error) {
          if (!SlipwayError.is(error)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
