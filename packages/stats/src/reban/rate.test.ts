import { BAN_CAUSES } from "@slipway/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { naiveRate, row } from "../../test/naive-rate.ts";
import { StatsInputError } from "../input-error.ts";
import { wilson } from "../intervals.ts";
import type { FollowUp } from "../survival/event-table.ts";
import { ENDPOINTS, parseEndpoint } from "./endpoints.ts";
import { rateOf } from "./rate.ts";

const many = (count: number, of: () => FollowUp): FollowUp[] => Array.from({ length: count }, of);

describe("rateOf", () => {
  it("A1 puts 95 % at z = 1.959963984540054", () => {
    expect(
      rateOf(
        many(10, () => row(40)),
        30,
        "any",
      ).interval?.hi,
    ).toBeCloseTo(1.959963984540054 ** 2 / (10 + 1.959963984540054 ** 2), 14);
  });

  it("A2 gives `any` the log(-log) interval of Greenwood's variance", () => {
    const rows = [row(2, "hardware"), row(5), row(9, "workload"), row(12), row(40), row(40)];
    // By hand: S = 5/6 · 3/4, V = 1/(6·5) + 1/(4·3).
    const [s, v] = [0.625, 1 / 30 + 1 / 12];
    const power = Math.exp((1.959963984540054 * Math.sqrt(v)) / Math.abs(Math.log(s)));
    const { estimate, interval } = rateOf(rows, 30, "any");
    expect(estimate).toBeCloseTo(1 - s, 12);
    expect(interval).toMatchObject({ method: "log-log", level: 0.95 });
    expect(interval?.lo).toBeCloseTo(1 - s ** (1 / power), 12);
    expect(interval?.hi).toBeCloseTo(1 - s ** power, 12);
  });

  it("A2 gives a rate without events Wilson's interval of those at risk at the end of the window", () => {
    const rate = rateOf([...many(7, () => row(30)), row(3)], 30, "hardware");
    expect(rate).toMatchObject({
      estimate: 0,
      status: "ok",
      at_risk_at_window: 7,
      interval: { method: "wilson", ...wilson(0, 7) },
    });
    expect(rateOf([row(3, "workload"), row(31), row(31)], 30, "hardware").interval).toMatchObject({
      method: "wilson",
      ...wilson(0, 2),
    });
  });

  it.each(["any", "hardware", "hardware-only"] as const)("A2 gives a rate of 1 no interval (%s)", (endpoint) => {
    expect(rateOf([row(1, "hardware"), row(2, "hardware"), row(2, "hardware")], 30, endpoint)).toMatchObject({
      estimate: 1,
      status: "ok",
      interval: null,
      bounds: { lo: 1, hi: 1 },
    });
    expect(rateOf([row(0, "hardware")], 30, endpoint)).toMatchObject({ estimate: 1, interval: null });
  });

  it("A3 is exactly Wilson's interval of the counts when everybody is followed to the end", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 40 }),
        (x, other, rest) => {
          let day = 0;
          const next = (): number => (day += 0.25);
          const rows = [
            ...many(x, () => row(next() % 7, "fabric")),
            ...many(other, () => row(next() % 9, "workload")),
            ...many(rest, () => row(30)),
          ];
          const { estimate, interval } = rateOf(rows, 30, "hardware");
          expect(estimate).toBeCloseTo(x / rows.length, 10);
          const { lo, hi } = wilson(x, rows.length);
          expect(interval?.lo).toBeCloseTo(lo, 9);
          expect(interval?.hi).toBeCloseTo(hi, 9);
        },
      ),
    );
  });

  it("A3 sums the classes of `hardware` before it takes their variance", () => {
    const rows = [
      row(2, "hardware"),
      row(2, "fabric"),
      row(3, "workload"),
      row(4),
      row(6, "platform"),
      row(9),
      ...many(6, () => row(35)),
    ];
    const other = naiveRate(rows, 30, ["hardware", "fabric", "platform", "configuration", "unknown"]);
    const { estimate, interval } = rateOf(rows, 30, "hardware");
    expect(estimate).toBeCloseTo(other.rate, 12);
    expect(interval?.method).toBe("wilson-n-eff");
    expect(interval?.lo).toBeCloseTo(other.effective[0], 10);
    expect(interval?.hi).toBeCloseTo(other.effective[1], 10);
  });

  it("A4 has at risk at the end of the window who is banned or censored on its last moment", () => {
    const rows = [row(30, "hardware"), row(30), row(29.999), row(31), row(40, null, 30), row(40, null, 29)];
    expect(rateOf(rows, 30, "any")).toMatchObject({ at_risk_at_window: 4, events: 1, censored: 1 });
  });

  it("A4 knows no rate when nobody is at risk at the end and somebody was never banned", () => {
    expect(rateOf([row(5, "hardware"), row(29)], 30, "hardware")).toMatchObject({
      status: "insufficient_follow_up",
      estimate: null,
      interval: null,
      net: null,
      at_risk_at_window: 0,
      bounds: { lo: 0.5, hi: 1 },
      by_cause: { hardware: null, fabric: null, platform: null, configuration: null, unknown: null, workload: null },
      unknown_either_way: { lo: null, hi: null },
    });
    expect(rateOf([row(5, "hardware"), row(29, "workload")], 30, "hardware")).toMatchObject({
      status: "ok",
      estimate: 0.5,
      at_risk_at_window: 0,
      net: null,
    });
  });

  it("A5 has all ordinary rows at risk of a ban on day 0, and late ones after their entry alone", () => {
    expect(rateOf([row(0, "hardware"), row(40), row(40), row(40)], 30, "any").estimate).toBeCloseTo(0.25, 12);
    // At day 5 the row that enters on day 5 is not at risk yet: 1/2; at day 6 it is: 1/2 again.
    expect(rateOf([row(5, "hardware"), row(40, null, 5), row(6, "hardware")], 30, "any").estimate).toBeCloseTo(
      1 - (1 / 2) * (1 / 2),
      12,
    );
  });

  it("A6 counts events and censorings within the window alone", () => {
    expect(
      rateOf(
        [row(10, "hardware"), row(31, "hardware"), row(29.9), row(30), row(50), row(4, "workload")],
        30,
        "hardware",
      ),
    ).toMatchObject({ n: 6, events: 1, censored: 1, bounds: { lo: 1 / 6, hi: 2 / 6 } });
  });

  it("A7 rounds no time", () => {
    expect(rateOf([row(30, "hardware"), row(40)], 30, "any").events).toBe(1);
    expect(rateOf([row(30 + 0.1 / 86_400, "hardware"), row(40)], 30, "any")).toMatchObject({ events: 0, estimate: 0 });
  });

  it("A8 names the classes of every endpoint, and has all six in by_cause", () => {
    const rows = [...BAN_CAUSES.map((cause, at) => row(at + 1, cause)), ...many(4, () => row(40))];
    expect(ENDPOINTS.map((endpoint) => [endpoint, rateOf(rows, 30, endpoint).events])).toEqual([
      ["hardware", 5],
      ["any", 6],
      ["hardware-only", 1],
      ["fabric", 1],
      ["platform", 1],
      ["configuration", 1],
      ["unknown", 1],
      ["workload", 1],
    ]);
    for (const share of Object.values(rateOf(rows, 30, "any").by_cause)) expect(share).toBeCloseTo(0.1, 12);
    expect(rateOf(rows, 30, "hardware").estimate).toBeCloseTo(0.5, 12);
  });

  it("A11 says how high the rate was at the longest follow-up", () => {
    expect(
      rateOf([row(5, "hardware"), row(12.5), row(18, "workload"), row(20)], 30, "hardware").at_last_follow_up,
    ).toEqual({ days: 20, rate: 0.25 });
    expect(rateOf([row(18), row(20)], 30, "any").at_last_follow_up).toEqual({ days: 20, rate: 0 });
    expect(rateOf([row(40)], 30, "any").at_last_follow_up).toBeUndefined();
    // Who is observed only from day 40 on is banned beyond the window, and the rate is that of the day it is given for.
    expect(
      rateOf([row(5, "hardware"), row(10), { ...row(90, "hardware"), enteredDays: 40 }], 30, "hardware")
        .at_last_follow_up,
    ).toEqual({ days: 90, rate: 1 });
  });

  it("censors other terminal bans in `net`", () => {
    const rows = [row(2, "workload"), row(4, "hardware"), row(40), row(40)];
    const { estimate, net } = rateOf(rows, 30, "hardware");
    expect(estimate).toBe(0.25);
    expect(net).toBeCloseTo(1 / 3, 12);
  });

  it("says how the rate goes if bans of unknown cause are of workload, or of hardware", () => {
    const rows = [
      row(2, "unknown"),
      row(3, "hardware"),
      row(4, "fabric"),
      row(5, "workload"),
      ...many(6, () => row(40)),
    ];
    const either = (endpoint: Parameters<typeof rateOf>[2]): (number | null)[] => {
      const { lo, hi } = rateOf(rows, 30, endpoint).unknown_either_way;
      return [lo, hi].map((value) => (value === null ? null : Number(value.toFixed(9))));
    };
    expect(either("hardware")).toEqual([0.2, 0.3]);
    expect(either("hardware-only")).toEqual([0.1, 0.2]);
    expect(either("fabric")).toEqual([0.1, 0.1]);
    expect(either("workload")).toEqual([0.2, 0.1]);
    expect(either("unknown")).toEqual([0, 0]);
    expect(either("any")).toEqual([0.4, 0.4]);
  });

  it("has no data of no admissions, and never 0 for it", () => {
    expect(rateOf([], 30, "hardware")).toEqual({
      window_days: 30,
      endpoint: "hardware",
      estimate: null,
      status: "no_data",
      interval: null,
      bounds: { lo: 0, hi: 1 },
      n: 0,
      events: 0,
      censored: 0,
      at_risk_at_window: 0,
      by_cause: { hardware: null, fabric: null, platform: null, configuration: null, unknown: null, workload: null },
      net: null,
      unknown_either_way: { lo: null, hi: null },
    });
  });

  it.each([
    [row(-1), /days are -1/],
    [row(Number.NaN), /days are NaN/],
    [row(3, null, -2), /entered_days are -2/],
    [row(3, null, 4), /observed from day 4 on, and ended on day 3/],
    [row(3, "hardware", 3), /observed from day 3 on/],
  ])("does not accept a row that cannot be", (bad, message) => {
    expect(() => rateOf([bad], 30, "any")).toThrow(message);
  });

  it("does not accept a window or an endpoint that is none", () => {
    for (const window of [0, -1, Number.NaN, Infinity])
      expect(() => rateOf([], window, "any")).toThrow(StatsInputError);
    expect(() => parseEndpoint("ecc")).toThrow(/"ecc" is no endpoint: hardware, any/);
    expect(parseEndpoint("hardware-only")).toBe("hardware-only");
  });
});
