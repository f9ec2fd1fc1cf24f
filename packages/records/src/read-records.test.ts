import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { SlipwayError } from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { recordFolder, HEADS, read } from "../test/record-files.ts";
import { attemptsKind, eventsKind, kindOf, runsKind, spellsKind } from "./kinds/index.ts";
import type { RecordKind } from "./kinds/kind.ts";
import { readRecords } from "./read-records.ts";
import { openSource } from "./source.ts";

const folder = recordFolder();

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
