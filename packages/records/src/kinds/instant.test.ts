import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantText, parseInstant, parseInstantOrDay } from "./instant.ts";

describe("parseInstant", () => {
  it("reads times with a zone, exact below the millisecond", () => {
    expect(parseInstant("2026-03-01T12:00:00Z")).toBe(Date.UTC(2026, 2, 1, 12));
    expect(parseInstant("2026-03-01T14:00:00+02:00")).toBe(Date.UTC(2026, 2, 1, 12));
    expect(parseInstant("2026-03-01T11:30:00-00:30")).toBe(Date.UTC(2026, 2, 1, 12));
    expect(parseInstant("2026-03-01T12:00Z")).toBe(Date.UTC(2026, 2, 1, 12));
    expect(parseInstant("2026-03-01T12:00:00.123456Z")).toBeCloseTo(Date.UTC(2026, 2, 1, 12) + 123.456, 6);
    expect(parseInstant("2024-02-29T00:00:00Z")).toBe(Date.UTC(2024, 1, 29));
  });

  it.each([
    "",
    "now",
    "2026-03-01",
    "2026-03-01 12:00:00Z",
    "2026-03-01T12:00:00",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T12:60:00Z",
    "2026-03-01T12:00:60Z",
    "0001-01-01T00:00:00Z",
    "2026-03-01T12:00:00z",
    "2026-03-01T12:00:00+99:99",
    "2026-03-01T12:00:00+14:60",
    " 2026-03-01T12:00:00Z",
  ])("refuses %j", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it("reads what is written", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
        (date) => parseInstant(instantText(date.getTime())) === date.getTime(),
      ),
    );
    expect(instantText(Date.UTC(2026, 2, 1, 12))).toBe("2026-03-01T12:00:00Z");
  });

  it("takes a day for its first moment where a person asks", () => {
    expect(parseInstantOrDay("2026-03-01")).toBe(Date.UTC(2026, 2, 1));
    expect(parseInstantOrDay("2026-02-30")).toBeUndefined();
    expect(parseInstantOrDay("2026-03-01T01:00:00Z")).toBe(Date.UTC(2026, 2, 1, 1));
  });
});
