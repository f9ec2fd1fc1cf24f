const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * Milliseconds since 1970 of a time as files write it, `2026-03-01T12:00:00Z`, exact below the millisecond; undefined
 * for anything else, days and hours that do not exist included.
 */
export function parseInstant(text: string): number | undefined {
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "00", fraction = "", zone = ""] =
    FORM.exec(text) ?? [];
  if (year === "" || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const midnight = dayOf(year, month, day);
  if (midnight === undefined) return undefined;
  const offset =
    zone === "Z" ? 0 : Number(`${zone[0] ?? ""}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  const ms = fraction === "" ? 0 : Number(`0.${fraction}`) * 1_000;
  return midnight + Number(hour) * 3_600_000 + (Number(minute) - offset) * 60_000 + Number(second) * 1_000 + ms;
}

/** As {@link parseInstant}; a bare day is its first moment in UTC. */
export function parseInstantOrDay(text: string): number | undefined {
  const [, year, month = "", day = ""] = DAY.exec(text) ?? [];
  return year === undefined ? parseInstant(text) : dayOf(year, month, day);
}

function dayOf(year: string, month: string, day: string): number | undefined {
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Years before 100 are those of a century ago to Date.UTC, and belong in no file.
  return Number(year) >= 1000 &&
    new Date(at).getUTCDate() === Number(day) &&
    new Date(at).getUTCMonth() === Number(month) - 1
    ? at
    : undefined;
}

/** As files write it: to the second where it is one, else as exact as it is known. */
export function instantText(ms: number): string {
  const whole = Math.floor(ms);
  const text = new Date(whole).toISOString();
  const below = ms - whole;
  if (below > 0) return text.replace("Z", `${below.toFixed(6).slice(2)}Z`);
  return text.replace(".000Z", "Z");
}
