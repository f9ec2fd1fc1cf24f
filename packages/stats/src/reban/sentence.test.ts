import { describe, expect, it } from "vitest";
import type { BanCause } from "@slipway/domain";
import type { Endpoint, Spell } from "../model.ts";
import { reban } from "./reban.ts";
import { sentence } from "./sentence.ts";

let made = 0;
const spells = (count: number, days: number, cause: BanCause | null): Spell[] =>
  Array.from({ length: count }, () => ({
    admissionId: `a${String((made += 1))}`,
    days,
    cause,
    enteredDays: 0,
    labels: { vendor: "oci" },
    node: null,
    startedAt: null,
    attemptId: null,
  }));

function say(rows: readonly Spell[], endpoint: Endpoint = "hardware", window = 30): string {
  return reban(rows, { windows: [window], endpoint, by: ["vendor"], cells: ["oci"], asOf: null })
    .map(sentence)
    .join("\n");
}

describe("sentence", () => {
  it("says a rate with its interval, window, admissions and what competes", () => {
    expect(say([...spells(120, 5, "hardware"), ...spells(118, 12, null), ...spells(174, 40, null)])).toBe(
      "oci, hardware re-bans within 30 d of re-entry: 29.1 % (24.9-33.7), 412 admissions, 118 not yet followed 30 d, workload bans competing",
    );
  });

  it("gives no more digits than the interval supports", () => {
    expect(say([...spells(3, 5, "hardware"), ...spells(9, 40, null)])).toBe(
      "oci, hardware re-bans within 30 d of re-entry: 25 % (9-53), 12 admissions, fewer than 20, workload bans competing",
    );
    expect(say([...spells(20, 5, "hardware"), ...spells(9980, 40, null)], "any")).toBe(
      "oci, re-bans of any cause within 30 d of re-entry: 0.20 % (0.13-0.31), 10,000 admissions",
    );
  });

  it("says of an empty cell that there are no admissions, and of nobody followed that it is not known", () => {
    expect(say([])).toBe("oci, hardware re-bans within 30 d of re-entry: no admissions in this cell");
    expect(say([...spells(5, 5, "hardware"), ...spells(20, 18.25, null)])).toBe(
      "oci, hardware re-bans within 30 d of re-entry: not known, between 20 % and 100 % whatever became of those " +
        "not followed; nobody is followed further than 18.3 d, and by then it was 20 %, 25 admissions, 20 not yet " +
        "followed 30 d, workload bans competing",
    );
  });

  it("says of a rate of 1 that it has no interval", () => {
    expect(say(spells(1, 5, "fabric"), "fabric", 7)).toBe(
      "oci, fabric re-bans within 7 d of re-entry: 100 % (no interval), 1 admission, fewer than 20, bans of other causes competing",
    );
  });
});
