import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { FollowUp } from "../src/survival/event-table.ts";
import { rateOf } from "../src/reban/rate.ts";
import { naiveRate } from "./naive-rate.ts";

/** Re-entries of Titan's GPUs out of the public data of G. Ostrouchov and others, SC20; their rows are not kept here. */
const folder = new URL("../../../../shared/stat-cases/titan-gpu-re-entry/", import.meta.url);

interface Expected {
  readonly n: number;
  readonly events: number;
  readonly windows: Readonly<
    Record<
      string,
      {
        readonly any: number;
        readonly ci95_cloglog: readonly [number, number];
        readonly DBE: number;
        readonly OTB: number;
        readonly naive: number;
        readonly at_risk_at_W: number;
      }
    >
  >;
}

/** Double-bit errors and GPUs off the bus stand for two classes of bans. */
const CLASS = { DBE: "hardware", OTB: "fabric" } as const;

function rows(): FollowUp[] {
  const [, ...lines] = readFileSync(new URL("input.csv", folder), "utf8").trim().split("\n");
  return lines.map((line) => {
    const [admissionId = "", seconds = "", event = ""] = line.split(",");
    return {
      admissionId,
      days: Number(seconds) / 86_400,
      cause: event === "DBE" || event === "OTB" ? CLASS[event] : null,
      enteredDays: 0,
    };
  });
}

describe.skipIf(!existsSync(folder))(
  "Titan's GPUs put back after an error (where their data is beside the repository)",
  () => {
    const expected = existsSync(folder)
      ? (JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as Expected)
      : { n: 0, events: 0, windows: {} };

    it.each(Object.keys(expected.windows))("have the rates, intervals and counts of %s days to 1e-6", (window) => {
      const known = expected.windows[window];
      const any = rateOf(rows(), Number(window), "any");
      expect(known).toBeDefined();
      const pairs = [
        [any.estimate, known?.any],
        [any.interval?.lo, known?.ci95_cloglog[0]],
        [any.interval?.hi, known?.ci95_cloglog[1]],
        [any.by_cause.hardware, known?.DBE],
        [any.by_cause.fabric, known?.OTB],
        [any.bounds.lo, known?.naive],
      ];
      for (const [own, other] of pairs) expect(Math.abs((own ?? 9) - (other ?? 0))).toBeLessThan(1e-6);
      expect(any.at_risk_at_window).toBe(known?.at_risk_at_W);
    });

    it("agree with the definitions term by term, by class too", () => {
      for (const endpoint of ["hardware-only", "fabric"] as const) {
        const own = rateOf(rows(), 90, endpoint);
        const other = naiveRate(rows(), 90, [endpoint === "fabric" ? "fabric" : "hardware"]);
        expect(own.estimate).toBeCloseTo(other.rate, 10);
        expect(own.interval?.lo).toBeCloseTo(other.effective[0], 10);
        expect(own.interval?.hi).toBeCloseTo(other.effective[1], 10);
      }
    });
  },
);
