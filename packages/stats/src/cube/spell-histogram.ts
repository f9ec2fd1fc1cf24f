import { BAN_CAUSES, type BanCause } from "@slipway/domain";
import { StatsInputError } from "../input-error.ts";
import type { EventTable } from "../survival/event-table.ts";
import { CENSORED, type SpellColumns } from "./columns.ts";

const HOUR = 3_600;
/** The longest window of the slider. */
export const HISTOGRAM_DAYS = 90;
const LAST_HOUR = HISTOGRAM_DAYS * 24;
/** Bins of a cell: hour 0 is the admission's own instant, hour h what came in (h - 1, h], the last one what came later than all. */
export const BINS = LAST_HOUR + 2;
/** Six causes, and censored. */
export const KINDS = CENSORED + 1;

/**
 * Admissions by cell, hour and how they ended (statistics.md 3.2 step 4). An end is put at the end of its hour, so that a
 * ban at the very end of a window is within it, and a late row is at risk from the end of the hour before it was seen.
 */
export class SpellHistogram {
  /** By cell; [hour][kind]. A cell without admissions has none. */
  readonly ended: (Uint32Array | undefined)[] = [];
  /** By cell; late rows by the full hours after which they are at risk. */
  readonly late: (Uint32Array | undefined)[] = [];

  get byteLength(): number {
    return [...this.ended, ...this.late].reduce((sum, bins) => sum + (bins?.byteLength ?? 0), 0);
  }

  /** Counts row `at` of admissions, or takes it out as it was counted. */
  count({ cell: cells, seconds, cause, entered }: SpellColumns, at: number, sign: 1 | -1): void {
    const cell = cells[at] as number;
    const ended = (this.ended[cell] ??= new Uint32Array(BINS * KINDS));
    const place = Math.min(Math.ceil((seconds[at] as number) / HOUR), LAST_HOUR + 1) * KINDS + (cause[at] as number);
    ended[place] = (ended[place] as number) + sign;
    const from = entered?.[at] ?? 0;
    if (from === 0) return;
    const late = (this.late[cell] ??= new Uint32Array(BINS));
    const hour = Math.min(Math.floor(from / HOUR), LAST_HOUR + 1);
    late[hour] = (late[hour] as number) + sign;
  }

  /**
   * The cells asked of as a table of ban times: every window, class and curve of the exact path is answered from it, at
   * hours. What ended later than 90 days counts as censored then.
   *
   * @param cells 1 for each cell asked of; all unless told
   */
  table(cells?: Uint8Array): EventTable {
    const ended = sumOf(this.ended, BINS * KINDS, cells);
    const late = sumOf(this.late, BINS, cells);
    const hours: number[] = [];
    const endsByHour = new Float64Array(BINS);
    const censoredByHour = new Float64Array(BINS);
    for (let hour = 0; hour < BINS; hour += 1) {
      let [banned, censored] = [0, ended[hour * KINDS + CENSORED] as number];
      for (let kind = 0; kind < CENSORED; kind += 1) banned += ended[hour * KINDS + kind] as number;
      if (hour > LAST_HOUR) [banned, censored] = [0, censored + banned];
      if (banned > 0) hours.push(hour);
      endsByHour[hour] = banned + censored;
      censoredByHour[hour] = censored;
    }
    const before = exclusiveSums(endsByHour);
    const enteredBefore = exclusiveSums(late);
    const n = before[BINS] as number;
    const entries = enteredBefore[BINS] as number;
    const bansAt = (kind: number): Float64Array =>
      Float64Array.from(hours, (hour) => ended[hour * KINDS + kind] as number);
    const bans = Object.fromEntries(BAN_CAUSES.map((cause, kind) => [cause, bansAt(kind)])) as Record<
      BanCause,
      Float64Array
    >;
    return {
      n,
      times: Float64Array.from(hours, (hour) => hour / 24),
      atRisk: Float64Array.from(
        hours,
        (hour) => n - entries + (enteredBefore[hour] as number) - (before[hour] as number),
      ),
      bans,
      allBans: Float64Array.from(hours, (_, at) =>
        BAN_CAUSES.reduce((sum, cause) => sum + (bans[cause][at] as number), 0),
      ),
      censored: expand(censoredByHour),
      ends: expand(endsByHour),
      entries: expand(late),
    };
  }
}

/** @throws StatsInputError for a window that no histogram reaches */
export function checkWindow(days: number): void {
  if (!(days > 0 && days <= HISTOGRAM_DAYS))
    throw new StatsInputError(
      `the slider answers windows up to ${String(HISTOGRAM_DAYS)} days, not ${String(days)}: the exact path has no such bound`,
    );
}

/** The histogram of admissions that are columns already. */
export function histogramOf(spells: SpellColumns): SpellHistogram {
  const histogram = new SpellHistogram();
  const rows = spells.cell.length;
  for (let at = 0; at < rows; at += 1) histogram.count(spells, at, 1);
  return histogram;
}

function sumOf(
  byCell: readonly (Uint32Array | undefined)[],
  width: number,
  cells: Uint8Array | undefined,
): Float64Array {
  const sums = new Float64Array(width);
  byCell.forEach((counts, cell) => {
    if (counts === undefined || (cells !== undefined && cells[cell] !== 1)) return;
    for (let at = 0; at < width; at += 1) sums[at] = (sums[at] as number) + (counts[at] as number);
  });
  return sums;
}

/** At each index what comes before it; one longer than the counts, with their total at the end. */
function exclusiveSums(counts: Float64Array): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  counts.forEach((count, at) => {
    sums[at + 1] = (sums[at] as number) + count;
  });
  return sums;
}

/** Counts by hour as that many days, rising. */
function expand(byHour: Float64Array): Float64Array {
  const days = new Float64Array(byHour.reduce((sum, count) => sum + count, 0));
  let from = 0;
  byHour.forEach((count, hour) => {
    days.fill(hour / 24, from, from + count);
    from += count;
  });
  return days;
}
