import { createHash } from "node:crypto";
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

  const rows = ERRORS.map(({ id, name, when, verdict, causes }) =>
    [id, name, when?.source ?? "", verdict, causes.join("|")].join("\t"),
  );
  /** Of the rows as dcgm-errors.tsv has them: the table stays so where that file is not at hand. */
  const DIGEST = "25d39725c8ea52963b6b7b902a558415b2677d52d57515eff00fcba67c8f570e";

  it("is the one that was compared with dcgm-errors.tsv", () => {
    expect(createHash("sha256").update(rows.join("\n")).digest("hex")).toBe(DIGEST);
    expect(ERRORS.filter(({ when }) => when !== undefined && when.flags !== "i")).toEqual([]);
  });

  it.skipIf(!existsSync(table))(
    "agrees row by row with dcgm-errors.tsv, where that file is beside the repository",
    () => {
      const [header = "", ...lines] = readFileSync(table, "utf8").trimEnd().split("\n");
      const columns = header.split("\t");
      const expected = lines.map((line) => {
        const cells = line.split("\t");
        return ["id", "name", "when", "verdict", "causes"].map((name) => cells[columns.indexOf(name)] ?? "").join("\t");
      });
      expect(expected.length).toBeGreaterThan(100);
      expect(rows).toEqual(expected);
    },
  );
});
