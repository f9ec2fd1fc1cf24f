import { describe, expect, it } from "vitest";
import {
  amount,
  asOf,
  count,
  counts,
  fraction,
  list,
  matches,
  oneWindow,
  where,
  windows,
} from "./statistics-options.ts";

describe("statistics options of the command line", () => {
  it("are parsed into the question that statistics answer", () => {
    expect(list("vendor, sku")).toEqual(["vendor", "sku"]);
    expect(windows("30d,7.5d,90")).toEqual([30, 7.5, 90]);
    expect(oneWindow("30d")).toBe(30);
    expect(asOf("2026-03-01")).toBe(Date.UTC(2026, 2, 1));
    expect(asOf("2026-03-01T12:00:00Z")).toBe(Date.UTC(2026, 2, 1, 12));
    expect([fraction("0"), fraction("0.05"), amount("1e3"), count("12"), counts("10,0")]).toEqual([
      0,
      0.05,
      1000,
      12,
      [10, 0],
    ]);
  });

  it("combine several filters by and", () => {
    const asked = where("sku=H100", where("vendor=oci,azure", where("vendor=oci")));
    expect(asked).toEqual({ vendor: ["oci"], sku: ["H100"] });
    expect(matches({ labels: { vendor: "oci", sku: "H100" } }, asked)).toBe(true);
    expect(matches({ labels: { vendor: "oci" } }, asked)).toBe(false);
    expect(matches({ labels: {} }, where("constructor=x"))).toBe(false);
    expect(where("vendor=azure", where("vendor=oci"))).toEqual({ vendor: [] });
  });

  it.each([
    [list, "a,,b"],
    [list, ""],
    [list, "a,a"],
    [windows, "0d"],
    [windows, "-1d"],
    [windows, "30h"],
    [oneWindow, "7d,30d"],
    [where, "oci"],
    [where, "=oci"],
    [where, "vendor="],
    [asOf, "yesterday"],
    [asOf, "2026-02-30"],
    [fraction, "1.1"],
    [fraction, ""],
    [fraction, "NaN"],
    [amount, "-1"],
    [amount, "Infinity"],
    [count, "0"],
    [count, "1.5"],
    [counts, "10,x"],
  ] as const)("are refused: %o of %j", (read, text) => {
    expect(() => read(text)).toThrow(/has to be|names/);
  });
});
