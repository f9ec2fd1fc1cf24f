import { answer, type Change, type Situation } from "@slipway/testkit";
import check from "../src/index.ts";

export const rail = { device: "mlx5_[0-1]", port: 1, rateGbps: 800, label: "XDR", width: 4, linkLayer: "InfiniBand" };
export const expecting = (errors: Record<string, number>, rails: object[] = [rail]): Change => ({
  expect: { ib: { rails, errors } },
});

/** A line of the probe. */
export const line = (reading: 1 | 2, uptime: string, place: string, value: string | number | bigint): string =>
  `${String(reading)} ${uptime} /sys/class/infiniband/${place}:${String(value)}\n`;

/** Both readings of one file, 30 s apart. */
export const both = (place: string, first: string | number | bigint, second: string | number | bigint): string =>
  line(1, "1000.13", place, first) + line(2, "1030.13", place, second);

export const place = (file: string, device = "mlx5_1", port = 1): string => `${device}/ports/${String(port)}/${file}`;
export const sound = both(place("counters/symbol_error", "mlx5_0"), 5, 5);
export const SOUND: Situation = {
  node: "t07",
  probes: { "ib-counters": sound + both(place("counters/symbol_error"), 5, 5) },
  ...expecting({ symbol_error: 240 }),
};

export const counters = (text: string): Change => ({ probes: { "ib-counters": text } });
/** What is said when the second rail's file has these readings, and nothing is wrong with the first. */
export const said = (
  first: string | number | bigint,
  second: string | number | bigint,
  most = 240,
): readonly string[] =>
  answer(
    check,
    SOUND,
    expecting({ symbol_error: most }),
    counters(sound + both(place("counters/symbol_error"), first, second)),
  ).said;

const port = (code: string, verdict = "inconclusive", cause = "tool") => [
  verdict,
  `${code} ${verdict} ${cause} port mlx5_1/1`,
];
export const RISING = port("counter-rising", "fail", "fabric");
export const UNPROVEN = port("rate-unproven", "inconclusive", "unknown");
export const UNREAD = port("counter-unread");
export const UNUSABLE = port("readings-unusable");
export const AT_END = port("counter-at-end");
