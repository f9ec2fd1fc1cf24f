import type { Endpoint } from "../model.ts";
import { SMALL_CELL, type RebanAnswer } from "./reban.ts";

/** The page's words for a rate (statistics.md 1.6): never without its window, endpoint, interval and admissions. */
export function sentence(answer: RebanAnswer): string {
  const { window_days, status, n, censored } = answer;
  const subject = `${cellName(answer)}, ${BANS[answer.endpoint]} within ${days(window_days)} of re-entry`;
  if (status === "no_data") return `${subject}: no admissions in this cell`;
  const counts = [
    `${whole(n)} ${n === 1 ? "admission" : "admissions"}`,
    ...(censored > 0 ? [`${whole(censored)} not yet followed ${days(window_days)}`] : []),
    ...(n < SMALL_CELL ? [`fewer than ${String(SMALL_CELL)}`] : []),
    ...(COMPETING[answer.endpoint] === null ? [] : [COMPETING[answer.endpoint]]),
  ].join(", ");
  return `${subject}: ${rateWords(answer)}, ${counts}`;
}

function rateWords({ estimate, interval, bounds, at_last_follow_up: last }: RebanAnswer): string {
  if (estimate === null) {
    const digits = digitsFor(bounds.hi - bounds.lo);
    const until =
      last === undefined
        ? ""
        : `; nobody is followed further than ${days(last.days)}, and by then it was ${percent(last.rate, digits)} %`;
    return `not known, between ${percent(bounds.lo, digits)} % and ${percent(bounds.hi, digits)} % whatever became of those not followed${until}`;
  }
  if (interval === null) return `${percent(estimate, 0)} % (no interval)`;
  const digits = digitsFor(interval.hi - interval.lo);
  return `${percent(estimate, digits)} % (${percent(interval.lo, digits)}-${percent(interval.hi, digits)})`;
}

const BANS: Readonly<Record<Endpoint, string>> = {
  hardware: "hardware re-bans",
  any: "re-bans of any cause",
  "hardware-only": "re-bans of class hardware alone",
  fabric: "fabric re-bans",
  platform: "platform re-bans",
  configuration: "configuration re-bans",
  unknown: "re-bans of unknown cause",
  workload: "workload re-bans",
};

const OTHERS = "bans of other causes competing";
const COMPETING: Readonly<Record<Endpoint, string | null>> = {
  hardware: "workload bans competing",
  any: null,
  "hardware-only": OTHERS,
  fabric: OTHERS,
  platform: OTHERS,
  configuration: OTHERS,
  unknown: OTHERS,
  workload: OTHERS,
};

const cellName = ({ cell }: RebanAnswer): string =>
  Object.keys(cell).length === 0
    ? "all"
    : Object.entries(cell)
        .map(([name, value]) => value ?? `no ${name}`)
        .join(" ");

/** No more digits than the width supports: tenths of a per cent below 10 points, hundredths below 1. */
const digitsFor = (width: number): number => (width >= 0.1 ? 0 : width >= 0.01 ? 1 : 2);

const percent = (fraction: number, digits: number): string => (fraction * 100).toFixed(digits);
const days = (count: number): string => `${String(Math.round(count * 10) / 10)} d`;
const whole = (count: number): string => count.toLocaleString("en-US");
