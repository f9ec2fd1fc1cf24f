const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (value: number): string => (value < 10 ? `0${String(value)}` : String(value));

function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** `2026-03-19T06:02:18Z`: bundle.json. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `2026-05-28T01:14:02+00:00`: journalctl -o short-iso. */
export function shortIso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

/** `Fri Aug 21 11:01:42 2026`: nvidia-smi -q -x. */
export function ctime(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2);
  return `${DAYS[date.getUTCDay()] ?? ""} ${MONTHS[date.getUTCMonth()] ?? ""} ${day} ${clock(date)} ${String(date.getUTCFullYear())}`;
}

const GERMAN_DAYS = ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"];
const GERMAN_MONTHS = ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"];

/** `Do Mär 12 04:07:00 2026`: dmesg -T in German. */
export function germanCtime(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2);
  return `${GERMAN_DAYS[date.getUTCDay()] ?? ""} ${GERMAN_MONTHS[date.getUTCMonth()] ?? ""} ${day} ${clock(date)} ${String(date.getUTCFullYear())}`;
}

/** `5/22/2025 19:46:40.891`: nvidia-imex-ctl. */
export function imexTimestamp(ms: number): string {
  const date = new Date(ms);
  const day = `${String(date.getUTCMonth() + 1)}/${String(date.getUTCDate())}/${String(date.getUTCFullYear())}`;
  return `${day} ${clock(date)}.${String(date.getUTCMilliseconds()).padStart(3, "0")}`;
}

/** `2026/08/20 23:33:00.497`: the black-box flush of nvidia-smi -q -x. */
export function inforomTimestamp(ms: number): string {
  const date = new Date(ms);
  const day = `${String(date.getUTCFullYear())}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}`;
  return `${day} ${clock(date)}.${String(date.getUTCMilliseconds()).padStart(3, "0")}`;
}
