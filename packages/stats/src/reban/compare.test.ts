import { describe, expect, it } from "vitest";
import { ask, cell } from "../../test/reban-spells.ts";
import { compareRebans, parseComparison } from "./compare.ts";

describe("compareRebans", () => {
  const spells = [
    ...cell(56, 70, { vendor: "a", sku: "s" }),
    ...cell(48, 80, { vendor: "b", sku: "s" }),
    ...cell(2, 2, { vendor: "c", sku: "s" }),
  ];

  it("gives the difference with Newcombe's interval, and standardised for vendors", () => {
    const [found] = compareRebans(spells, ask(), { label: "vendor", values: ["a", "b"] });
    expect(found?.difference).toBeCloseTo(0.2, 12);
    expect(found?.interval).toMatchObject({ method: "newcombe-hybrid", level: 0.95 });
    // Stat. Med. 17, 1998, 873-890, table II, 56/70 less 48/80 by method 10.
    expect([found?.interval?.lo.toFixed(4), found?.interval?.hi.toFixed(4)]).toEqual(["0.0524", "0.3339"]);
    expect(found?.standardised_difference).toBeCloseTo(0.2, 12);
    expect(found?.ranking_reverses).toBe(false);
    expect(found?.rates.map(({ cell: each }) => each["vendor"])).toEqual(["a", "b"]);
  });

  it("has no difference where a rate is not known, and no interval where one has none", () => {
    expect(compareRebans(spells, ask(), { label: "vendor", values: ["a", "nobody"] })[0]).toMatchObject({
      difference: null,
      interval: null,
      ranking_reverses: false,
    });
    expect(compareRebans(spells, ask(), { label: "vendor", values: ["c", "b"] })[0]).toMatchObject({
      difference: 0.4,
      interval: null,
    });
    expect(compareRebans(spells, ask(), { label: "sku", values: ["s", "t"] })[0]).toMatchObject({
      difference: null,
      ranking_reverses: null,
      standardised_difference: null,
    });
  });

  it("reads a comparison, and nothing else", () => {
    expect(parseComparison("vendor=oci,coreweave")).toEqual({ label: "vendor", values: ["oci", "coreweave"] });
    for (const text of ["vendor", "vendor=oci", "=a,b", "vendor=a,a", "vendor=a,b,c", "vendor=,b"])
      expect(() => parseComparison(text)).toThrow(/compares nothing/);
  });
});
