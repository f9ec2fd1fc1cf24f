import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ERRORS, errorsOf } from "./errors.ts";

const table = new URL("../../../../../shared/design/dcgm-errors.tsv", import.meta.url);

describe("D0 the table of DCGM's errors", () => {
  it("lists each id of dcgm_errors.h, in order, and the row without a pattern last", () => {
    const ids = [...new Set(ERRORS.map(({ id }) => id))];
    expect(ids).toEqual(Array.from({ length: 133 }, (_, id) => id));
    expect(errorsOf(51).map(({ when }) => when)).toEqual([/busy|unavailable/i, undefined]);
    for (const id of ids)
      expect(
        errorsOf(id)
          .map(({ when }) => when === undefined)
          .indexOf(true),
      ).toBe(errorsOf(id).length - 1);
    for (const id of [-1, 133, 9999, 2.5]) expect(errorsOf(id)).toEqual([]);
  });

  it("gives a fail the causes of a fault, and what proves nothing the tool alone", () => {
    const causes = (verdict: string): string[] => [
      ...new Set(ERRORS.filter((error) => error.verdict === verdict).flatMap((error) => error.causes)),
    ];
    expect(causes("fail").sort()).toEqual(["configuration", "fabric", "hardware", "platform", "unknown"]);
    expect(causes("inconclusive")).toEqual(["tool"]);
    expect(ERRORS.filter(({ verdict }) => verdict === "by-xid")).toEqual([
      { id: 101, name: "XID_ERROR", verdict: "by-xid", causes: [] },
    ]);
    expect(ERRORS.filter((error) => error.verdict === "fail" && error.causes.length === 0)).toEqual([]);
  });

  it.skipIf(!existsSync(table))(
    "agrees row by row with dcgm-errors.tsv, where that file is beside the repository",
    () => {
      const [header = "", ...lines] = readFileSync(table, "utf8").trimEnd().split("\n");
      const columns = header.split("\t");
      const rows = lines.map((line) => {
        const cells = line.split("\t");
        const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
        return ["id", "name", "when", "verdict", "causes"].map(cell).join("\t");
      });
      expect(rows.length).toBeGreaterThan(ERRORS.length - 1);
      expect(
        ERRORS.map(({ id, name, when, verdict, causes }) =>
          [id, name, when?.source ?? "", verdict, causes.join("|")].join("\t"),
        ),
      ).toEqual(rows);
      expect(ERRORS.filter(({ when }) => when !== undefined && when.flags !== "i")).toEqual([]);
    },
  );
});
