import { answer, type Change } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import { both, counters, expecting, line, place, rail, said, sound, SOUND, RISING, UNREAD } from "../test/counters.ts";
import check from "./index.ts";

describe("ib-errors by its rules", () => {
  it("E1 exactly the counters that are named are judged, in either folder of the port", () => {
    const rising = sound + both(place("counters/link_downed"), 1, 9) + both(place("hw_counters/rx_icrc"), 1, 9);
    const text = counters(rising + both(place("counters/symbol_error"), 5, 5));
    expect(answer(check, SOUND, text).said).toEqual(["pass"]);
    const first =
      both(place("hw_counters/rx_icrc", "mlx5_0"), 0, 0) + both(place("counters/link_downed", "mlx5_0"), 0, 0);
    const named = (errors: Record<string, number>) =>
      answer(check, SOUND, expecting(errors), counters(rising + first)).said;
    expect(named({ link_downed: 0 })).toEqual(RISING);
    expect(named({ rx_icrc: 0 })).toEqual(RISING);
    expect(named({ link_downed: 0, rx_icrc: 0 })).toEqual([...RISING, RISING[1]]);
  });

  it("E1 a name that both folders of a port have is judged in both", () => {
    const twice = (first: number, second: number) =>
      counters(
        sound +
          both(place("counters/symbol_error"), 5, 5 + first) +
          both(place("hw_counters/symbol_error"), 5, 5 + second),
      );
    expect(answer(check, SOUND, twice(9, 0)).said).toEqual(RISING);
    expect(answer(check, SOUND, twice(0, 9)).said).toEqual(RISING);
    expect(answer(check, SOUND, twice(0, 0)).said).toEqual(["pass"]);
  });

  it("E1 only ports of ib.rails are judged, each by its own number", () => {
    const others =
      both(place("counters/symbol_error", "mlx5_4"), 0, 900) +
      both(place("counters/symbol_error", "mlx5_1", 2), 0, 900);
    const text = counters(sound + both(place("counters/symbol_error"), 5, 5) + others);
    expect(answer(check, SOUND, text).said).toEqual(["pass"]);
    expect(answer(check, SOUND, text, expecting({ symbol_error: 240 }, [{ ...rail, port: 2 }])).said).toEqual([
      "fail",
      "counter-unread inconclusive tool port mlx5_0/2",
      "counter-rising fail fabric port mlx5_1/2",
    ]);
  });

  it("E1 what is not read of a port is inconclusive for it, and named", () => {
    expect(answer(check, SOUND, counters(sound))).toMatchObject({
      said: UNREAD,
      findings: [{ message: "Not read of mlx5_1/1: symbol_error.", expected: "symbol_error", evidence: [] }],
    });
    const two = answer(check, SOUND, expecting({ link_downed: 0, symbol_error: 240, local_x: 1 }));
    expect(two.findings.map(({ scope, expected }) => [scope.id, expected])).toEqual([
      ["mlx5_0/1", "link_downed, local_x"],
      ["mlx5_1/1", "link_downed, local_x"],
    ]);
    const none = answer(check, SOUND, counters(both(place("counters/symbol_error", "ibp3s0"), 0, 0)));
    expect(none.said).toEqual([
      "inconclusive",
      "counter-unread inconclusive tool port mlx5_0/1",
      "counter-unread inconclusive tool port mlx5_1/1",
    ]);
  });

  it("E1 a rail that rises fails although another counter of it was not read", () => {
    const text = counters(sound + both(place("counters/symbol_error"), 5, 500));
    expect(answer(check, SOUND, text, expecting({ symbol_error: 240, link_downed: 0 })).said).toEqual([
      "fail",
      "counter-unread inconclusive tool port mlx5_0/1",
      "counter-unread inconclusive tool port mlx5_1/1",
      "counter-rising fail fabric port mlx5_1/1",
    ]);
  });

  it.each(["", "x", "-1", "5.0", "0x5", "5 5", "123456789012345678901", "5x", "x5"])(
    "E1 %j is no number that a counter has",
    (value) => {
      expect(said(value, 5)).toEqual(UNREAD);
      expect(said(5, value)).toEqual(UNREAD);
    },
  );

  it("E1 a reading that has a file twice is read where both lines agree, and says nothing where they do not", () => {
    const file = place("counters/symbol_error");
    const again = (extra: string) => answer(check, SOUND, counters(sound + both(file, 5, 5) + extra));
    expect(again(line(2, "1030.13", file, 5)).said).toEqual(["pass"]);
    for (const other of [line(2, "1030.13", file, 6), line(1, "1000.14", file, 5), line(1, "1000.13", file, "x")])
      expect(again(other).said).toEqual(UNREAD);
    expect(again(line(2, "1030.13", file, 6) + line(2, "1030.13", file, 5)).said).toEqual(UNREAD);
    expect(again(line(2, "1030.13", file, 6)).findings[0]).toMatchObject({
      message: "A reading of symbol_error of mlx5_1/1 is no number, or contradicts itself.",
      observed: "5",
      evidence: [
        { probe: "ib-counters", line: 3 },
        { probe: "ib-counters", line: 4 },
      ],
    });
  });

  it("G3 lines that are no reading are skipped; where nothing else is left the probe cannot be used", () => {
    const whole = sound + both(place("counters/symbol_error"), 5, 5);
    for (const noise of [
      "cat: /sys/class/infiniband/mlx5_1/ports/1/counters/port_xmit_wait: Invalid argument\n",
      `3 1060.13 /sys/class/infiniband/${place("counters/symbol_error")}:9\n`,
      `x1 1060.13 /sys/class/infiniband/${place("counters/symbol_error")}:9\n`,
      `1 later /sys/class/infiniband/${place("counters/symbol_error")}:9\n`,
      line(1, "1000.13", place("rate"), "9"),
      line(1, "1000.13", place("counters/a/b"), "9"),
      "\n",
    ])
      expect(answer(check, SOUND, counters(noise + whole + noise)).said).toEqual(["pass"]);
    const nothing = answer(check, SOUND, counters("\ncat: Invalid argument\nmore\n"));
    expect(nothing.said).toEqual(["inconclusive", "evidence-unusable inconclusive tool node t07"]);
    expect(nothing.findings[0]?.message).toContain("Invalid argument");
    expect(nothing.findings[0]?.evidence).toEqual([{ probe: "ib-counters", line: 2 }]);
    expect(answer(check, SOUND, counters(whole.slice(0, -1))).said[1]).toContain("evidence-unusable");
  });

  it("G3 bytes that are no UTF-8 spoil the reading they stand in, where it is named", () => {
    const spoiled = (text: string): Change => ({ probes: { "ib-counters": { stdout: text, stdoutDamaged: true } } });
    const whole = sound + both(place("counters/symbol_error"), 5, 5);
    expect(answer(check, SOUND, spoiled(whole + both(place("counters/link_downed"), "\uFFFD", 0))).said).toEqual([
      "pass",
    ]);
    expect(answer(check, SOUND, spoiled(sound + both(place("counters/symbol_error"), "\uFFFD", 5))).said).toEqual(
      UNREAD,
    );
    expect(
      answer(check, SOUND, spoiled(sound + both(place("counters/symbol_error", "mlx5_\uFFFD"), 5, 5))).said,
    ).toEqual(UNREAD);
  });

  it.each([
    ["ib.errors", { rails: [rail] }],
    ["ib.rails", { errors: { symbol_error: 240 } }],
  ])("G11 without %s nothing can be judged", (key, ib) => {
    const judgement = answer(check, SOUND, { expect: { ib } });
    expect(judgement.said).toEqual(["inconclusive", "expectation-missing inconclusive configuration node t07"]);
    expect(judgement.findings[0]?.expected).toBe(key);
  });

  it.each([
    "req_cqe_error",
    "resp_remote_access_errors",
    "rnr_nak_retry_err",
    "out_of_sequence",
    "local_ack_timeout_err",
    "packet_seq_err",
  ])("E1 %s is a workload's, and refused", (name) => {
    expect(answer(check, SOUND, expecting({ [name]: 0 })).said).toEqual([
      "inconclusive",
      "expectation-invalid inconclusive configuration node t07",
    ]);
  });

  it("E1 an expectation that names no counter is refused", () => {
    expect(answer(check, SOUND, expecting({})).said[1]).toContain("expectation-invalid");
  });
});
