import { BAN_CAUSES } from "@slipway/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { naiveRate, row } from "../../test/naive-rate.ts";
import type { FollowUp } from "../survival/event-table.ts";
import { causesOf, ENDPOINTS } from "./endpoints.ts";
import { rateOf } from "./rate.ts";

/** Days in quarters, so that ties are common, and late rows among them. */
const anyRow = fc
  .record({
    days: fc.integer({ min: 0, max: 200 }),
    entered: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
    cause: fc.option(fc.constantFrom(...BAN_CAUSES)),
  })
  .map(({ days, entered, cause }): FollowUp => row(Math.max(days, entered + 1) / 4, cause, entered / 4));
const anyRows = fc.array(anyRow, { maxLength: 60 });

describe("rateOf, whatever the rows", () => {
  it.each(ENDPOINTS)("agrees with the definitions term by term (%s)", (endpoint) => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const own = rateOf(rows, 30, endpoint);
        if (own.estimate === null) return;
        const other = naiveRate(rows, 30, causesOf(endpoint));
        expect(own.estimate).toBeCloseTo(other.rate, 10);
        if (own.interval?.method === "log-log")
          for (const [mine, theirs] of [
            [own.interval.lo, other.logLog[0]],
            [own.interval.hi, other.logLog[1]],
          ] as const)
            expect(mine).toBeCloseTo(theirs, 8);
        if (own.interval?.method === "wilson-n-eff")
          for (const [mine, theirs] of [
            [own.interval.lo, other.effective[0]],
            [own.interval.hi, other.effective[1]],
          ] as const)
            expect(mine).toBeCloseTo(theirs, 8);
      }),
    );
  });

  it("adds the classes up to the rate of any", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { estimate, by_cause: byCause } = rateOf(rows, 30, "any");
        if (estimate !== null)
          expect(BAN_CAUSES.reduce((sum, cause) => sum + (byCause[cause] ?? 0), 0)).toBeCloseTo(estimate, 10);
      }),
    );
  });

  it("has every rate inside its interval and its bounds in [0, 1]", () => {
    fc.assert(
      fc.property(anyRows, fc.constantFrom(...ENDPOINTS), (rows, endpoint) => {
        const { estimate, interval, bounds } = rateOf(rows, 30, endpoint);
        expect(0 <= bounds.lo && bounds.lo <= bounds.hi && bounds.hi <= 1).toBe(true);
        if (estimate === null || interval === null) return;
        expect(
          0 <= interval.lo && interval.lo <= estimate + 1e-12 && estimate <= interval.hi + 1e-12 && interval.hi <= 1,
        ).toBe(true);
      }),
    );
  });

  it("has the same answer in every order", () => {
    fc.assert(
      fc.property(
        anyRows.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, shuffled]) =>
          JSON.stringify(rateOf(rows, 30, "hardware")) === JSON.stringify(rateOf(shuffled, 30, "hardware")),
      ),
    );
  });

  it("gains an admission and no event by a row that is censored at the end of the window or later", () => {
    fc.assert(
      fc.property(
        anyRows,
        fc.integer({ min: 120, max: 400 }),
        fc.constantFrom(...ENDPOINTS),
        (rows, quarters, endpoint) => {
          const [before, after] = [rateOf(rows, 30, endpoint), rateOf([...rows, row(quarters / 4)], 30, endpoint)];
          expect([after.n, after.events, after.censored]).toEqual([before.n + 1, before.events, before.censored]);
        },
      ),
    );
  });

  it("counts no ban after the window", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const cut = rows.map((each): FollowUp => (each.days > 30 ? { ...each, cause: null } : each));
        return JSON.stringify(rateOf(rows, 30, "hardware")) === JSON.stringify(rateOf(cut, 30, "hardware"));
      }),
    );
  });
});
