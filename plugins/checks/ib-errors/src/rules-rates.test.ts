import { answer } from "@slipway/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  both,
  counters,
  expecting,
  line,
  place,
  said,
  sound,
  SOUND,
  RISING,
  UNPROVEN,
  UNUSABLE,
  AT_END,
} from "../test/counters.ts";
import check from "./index.ts";

describe("ib-errors by its rules", () => {
  it("E2 a rise above the maximum fails, with its rate; one at the maximum does not", () => {
    expect(said(5, 7)).toEqual(["pass"]);
    expect(said(5, 8)).toEqual(RISING);
    expect(said(5, 8, 360)).toEqual(["pass"]);
    expect(said(5, 8, 359.9)).toEqual(RISING);
    const text = counters(sound + both(place("counters/symbol_error"), 5, 45));
    expect(answer(check, SOUND, text).findings[0]).toEqual({
      code: "counter-rising",
      verdict: "fail",
      cause: "fabric",
      scope: { kind: "port", id: "mlx5_1/1" },
      message: "symbol_error of mlx5_1/1 rose by 40 in 30 s, which is 4800 an hour.",
      expected: "at most 240 an hour",
      observed: "40 in 30 s",
      evidence: [
        { probe: "ib-counters", line: 3 },
        { probe: "ib-counters", line: 4 },
      ],
    });
  });

  it("E2 the time is the difference of the two uptimes, in parts of seconds", () => {
    const after = (uptime: string) =>
      answer(
        check,
        SOUND,
        counters(
          sound +
            line(1, "1000.25", place("counters/symbol_error"), 0) +
            line(2, uptime, place("counters/symbol_error"), 2),
        ),
      ).said;
    expect(after("1030.25")).toEqual(["pass"]);
    expect(after("1030.24")).toEqual(RISING);
    expect(after("1031")).toEqual(["pass"]);
    expect(after("1030")).toEqual(RISING);
  });

  it("E2 a rise of one proves no rate where some are allowed, and fails where none is", () => {
    for (const most of [0.5, 60, 240, 1000]) expect(said(5, 6, most)).toEqual(UNPROVEN);
    expect(said(5, 6, 0)).toEqual(RISING);
    expect(said(5, 5, 0)).toEqual(["pass"]);
  });

  it("E3 one reading alone is inconclusive", () => {
    const file = place("counters/symbol_error");
    for (const only of [line(1, "1000.13", file, 5), line(2, "1030.13", file, 5)])
      expect(answer(check, SOUND, counters(sound + only))).toMatchObject({
        said: UNUSABLE,
        findings: [
          {
            message: "symbol_error of mlx5_1/1: there is one reading alone.",
            evidence: [{ probe: "ib-counters", line: 3 }],
          },
        ],
      });
  });

  it("E3 a value that fell, and a clock that did not go on, are inconclusive", () => {
    expect(said(5, 4)).toEqual(UNUSABLE);
    expect(said(900, 0, 0)).toEqual(UNUSABLE);
    expect(said(65535, 65534)).toEqual(UNUSABLE);
    const file = place("counters/symbol_error");
    for (const uptime of ["1000.13", "12.00"]) {
      const text = counters(sound + line(1, "1000.13", file, 5) + line(2, uptime, file, 900));
      expect(answer(check, SOUND, text).said).toEqual(UNUSABLE);
    }
    expect(answer(check, SOUND, counters(sound + both(file, 5, 4))).findings[0]?.message).toBe(
      "symbol_error of mlx5_1/1: the value fell from 5 to 4.",
    );
  });

  it.each<[file: string, end: bigint]>([
    ["counters/symbol_error", 65_535n],
    ["counters/port_rcv_errors", 65_535n],
    ["counters/port_rcv_remote_physical_errors", 65_535n],
    ["counters/port_rcv_switch_relay_errors", 65_535n],
    ["counters/port_xmit_discards", 65_535n],
    ["counters/VL15_dropped", 65_535n],
    ["counters/link_error_recovery", 255n],
    ["counters/link_downed", 255n],
    ["counters/port_xmit_constraint_errors", 255n],
    ["counters/port_rcv_constraint_errors", 255n],
    ["counters/local_link_integrity_errors", 15n],
    ["counters/excessive_buffer_overrun_errors", 15n],
    ["counters/port_xmit_wait", 4_294_967_295n],
    ["hw_counters/rx_icrc_encapsulated", 4_294_967_295n],
    ["hw_counters/roce_slow_restart", 18_446_744_073_709_551_615n],
    ["counters/link_downed", 4_294_967_295n],
  ])("E4 %s at %s counts no further: it may fail, and never passes", (file, end) => {
    const name = file.slice(file.indexOf("/") + 1);
    const at = (first: bigint, second: bigint, most: number) =>
      answer(
        check,
        SOUND,
        expecting({ [name]: most }),
        counters(both(place(file, "mlx5_0"), 0, 0) + both(place(file), first, second)),
      ).said;
    expect(at(end, end, 240)).toEqual(AT_END);
    expect(at(end, end, 0)).toEqual(AT_END);
    expect(at(end - 2n, end, 240)).toEqual(AT_END);
    expect(at(end - 3n, end, 240)).toEqual(RISING);
    expect(at(end - 1n, end, 0)).toEqual(RISING);
    expect(at(end - 1n, end, 240)).toEqual(UNPROVEN);
    expect(at(end - 1n, end - 1n, 240)).toEqual(["pass"]);
  });

  it("E4 a number at which narrower counters end is none for a wider one", () => {
    const wide = (file: string, value: number) =>
      answer(
        check,
        SOUND,
        expecting({ [file.slice(file.indexOf("/") + 1)]: 0 }),
        counters(both(place(file, "mlx5_0"), 0, 0) + both(place(file), value, value)),
      ).said;
    expect(wide("counters/symbol_error", 255)).toEqual(["pass"]);
    expect(wide("counters/link_downed", 15)).toEqual(["pass"]);
    expect(wide("hw_counters/symbol_error", 65_535)).toEqual(["pass"]);
    expect(wide("counters/constructor", 255)).toEqual(["pass"]);
  });

  it("E4 says the value and what it means", () => {
    const text = counters(sound + both(place("counters/symbol_error"), 65_535, 65_535));
    expect(answer(check, SOUND, text).findings[0]).toMatchObject({
      message: "symbol_error of mlx5_1/1 stands at 65535, the end of its width, and counts no further.",
      expected: "at most 240 an hour",
      observed: "65535",
    });
  });

  it("E2 the verdict of any two readings is that of the rise, the time and the maximum", () => {
    const counts = fc.nat({ max: 60_000 });
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 1, max: 120_000 }), fc.nat({ max: 5000 }), (a, b, ms, most) => {
        const second = 1_000_000 + ms;
        const uptime = `${String(Math.floor(second / 1000))}.${String(second % 1000).padStart(3, "0")}`;
        const file = place("counters/symbol_error");
        const text = counters(sound + line(1, "1000.000", file, a) + line(2, uptime, file, b));
        const { verdict } = answer(check, SOUND, expecting({ symbol_error: most }), text);
        const rise = b - a;
        const expected =
          rise < 0 || (rise === 1 && most > 0) ? "inconclusive" : rise * 3_600_000 > most * ms ? "fail" : "pass";
        expect(verdict).toBe(expected);
      }),
    );
  });
});
