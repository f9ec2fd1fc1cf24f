import { isWord, lines, type Format, type Line } from "@slipway/plugin-sdk";
import { withoutPrefixes, type Piece } from "./launcher.ts";

/** One row of the table: a message size. Its values are kept as printed where they may be no numbers. */
export interface Row {
  readonly line: number;
  /** Message size in bytes. */
  readonly size: number;
  /** Out-of-place bus bandwidth in GB/s, as printed. */
  readonly busbw: string;
  readonly errors: readonly ErrorValue[];
}

/** An error column of a row: how many values are wrong, `unchecked` for N/A, undefined for what cannot be read. */
export type ErrorValue = number | "unchecked" | undefined;

/** The line that closes a table; the count is undefined when it cannot be read. */
export interface OutOfBounds {
  readonly line: number;
  readonly count: number | undefined;
}

export interface NcclLog {
  readonly rows: readonly Row[];
  readonly outOfBounds: readonly OutOfBounds[];
  /** Lines that begin like a row and cannot be read as one. */
  readonly unreadable: readonly number[];
  /** First row that stands under no header: its columns are taken from the order all versions share. */
  readonly headless: number | undefined;
  /** Every table is closed by its line of values out of bounds (rule N3). */
  readonly complete: boolean;
  /** First line that holds the words of the closing line, wherever they stand in it (rule N6). */
  readonly closing: number | undefined;
}

/** Where a header puts the columns that are read; from the time, two before busbw, on all are measured values. */
interface Columns {
  /** Number of values in a row, the time stamp of option `-T` left out. */
  readonly count: number;
  readonly busbw: number;
  readonly errors: readonly number[];
  /** Whether the error columns count wrong values; those called `res` or `error` hold a deviation, which is no count. */
  readonly counts: boolean;
}

const HEADER = /^#\s*(?:size|bytes)\s/;
const ERROR_COLUMNS: ReadonlySet<string> = new Set(["#wrong", "error", "res"]);
const BEGINS_LIKE_ROW = /^\d+\s+\d+(?:\s|$)/;
/** A row with its type, which no other text has. */
const IS_ROW = /^\d+\s+\d+\s+[a-z]\w*(?:\s|$)/i;
const OUT_OF_BOUNDS = /^(?:#\s*)?Out of bounds values\s*:(.*)$/i;
/** A comment without any of these holds no header, no closing line and no row that another rank printed into it. */
const MAY_COUNT = /\d\s+\d|size|bytes|values/i;
const CLOSING_WORDS = /Out of bounds values\s{0,8}:/i;

/**
 * `nccl-allreduce`: the log of nccl-tests of any version, NCCL's own messages among it. A non-zero exit leaves it
 * readable (G4), and so does a missing last newline: rule N3 misses what is cut off before the table is closed.
 */
export const ncclFormat: Format<NcclLog> = {
  exit: "any",
  parse(output) {
    const rows: Row[] = [];
    const outOfBounds: OutOfBounds[] = [];
    const unreadable: number[] = [];
    let headless: number | undefined;
    let closing: number | undefined;
    let columns: Columns | undefined;
    let open = false;
    let complete = true;
    const read = lines(output, { lastNewline: "optional" });
    const unended = output.stdout.endsWith("\n") ? undefined : read.at(-1);
    const readText = (line: Line, { text, begins }: Piece): void => {
      const closed = OUT_OF_BOUNDS.exec(text);
      if (closed !== null) {
        // A count that the text ends with may lack digits; a word behind it shows that it does not.
        const unsure = line.damaged || (line === unended && /\d$/.test(text));
        outOfBounds.push({ line: line.number, count: unsure ? undefined : outOfBoundsCount(closed[1] ?? "") });
        open = false;
      } else if (HEADER.test(text)) {
        if (open) complete = false;
        columns = line.damaged ? undefined : columnsOf(text);
        open = true;
      } else if ((begins ? BEGINS_LIKE_ROW : IS_ROW).test(text) || isDamagedRow(line, text)) {
        open = true;
        const row = line.damaged ? undefined : rowOf(line.number, text, columns);
        if (row === undefined) unreadable.push(line.number);
        else rows.push(row);
        if (columns === undefined) headless ??= line.number;
      }
    };
    for (const line of read) {
      if (!line.damaged && line.text.trimStart().startsWith("#") && !MAY_COUNT.test(line.text)) continue;
      if (closing === undefined && CLOSING_WORDS.test(line.text)) closing = line.number;
      const isWhole = (text: string): boolean => isTableLine(text, columns);
      for (const piece of withoutPrefixes(line.text, isWhole)) readText(line, piece);
    }
    return { rows, outOfBounds, unreadable, headless, complete: complete && !open && outOfBounds.length > 0, closing };
  },
};

/** A header, a closing line or a row, from its first to its last word. */
function isTableLine(text: string, columns: Columns | undefined): boolean {
  const closed = OUT_OF_BOUNDS.exec(text);
  if (closed !== null) return outOfBoundsCount(closed[1] ?? "") !== undefined;
  return HEADER.test(text) ? columnsOf(text) !== undefined : IS_ROW.test(text) && rowOf(0, text, columns) !== undefined;
}

/** A row whose size is damaged no longer begins like one, but still has its many values. */
function isDamagedRow(line: Line, text: string): boolean {
  return line.damaged && !text.startsWith("#") && /(?:\d|N\/A)$/.test(text) && text.split(/\s+/).length >= ORDER.least;
}

/** `0 OK`, `12 FAILED`; a count of 0 beside another word contradicts itself. */
function outOfBoundsCount(text: string): number | undefined {
  const match = /^(-?\d{1,15})(?:\s+(\S+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const count = Number(match[1]);
  return count === 0 && match[2] !== undefined && !isWord(match[2], "OK") ? undefined : count;
}

function columnsOf(header: string): Columns | undefined {
  const names = header
    .replace(/^#/, "")
    .trim()
    .split(/\s+/)
    .filter((name) => name !== "timestamp");
  const busbw = names.indexOf("busbw");
  if (busbw < 0) return undefined;
  const errors = names.flatMap((name, index) => (ERROR_COLUMNS.has(name) ? [index] : []));
  return { count: names.length, busbw, errors, counts: names.includes("#wrong") };
}

/**
 * The order that all versions share: size, count, type, perhaps redop and root, then time, algbw,
 * busbw and errors out of place and again in place. An error without an exponent or a point is a count.
 */
const ORDER = { least: 11, most: 13, busbwFromEnd: 6, errorsFromEnd: [5, 1] } as const;

function columnsByOrder(values: readonly string[]): Columns | undefined {
  if (values.length < ORDER.least || values.length > ORDER.most || !/^[a-z]/i.test(values[2] ?? "")) return undefined;
  return {
    count: values.length,
    busbw: values.length - ORDER.busbwFromEnd,
    errors: ORDER.errorsFromEnd.map((place) => values.length - place),
    counts: ORDER.errorsFromEnd.every((place) => !/[.e]/i.test(values.at(-place) ?? "")),
  };
}

/** What the test prints for a measured value, be it a number or not. */
const MEASURED = /^(?:[+-]?(?:[\d.]{1,40}(?:e[+-]?\d{1,5})?|nan|inf)|N\/A|-)$/i;

function rowOf(line: number, text: string, header: Columns | undefined): Row | undefined {
  const values = text
    .replace(/\s\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, "")
    .trimEnd()
    .split(/\s+/);
  const columns = header ?? columnsByOrder(values);
  if (columns?.count !== values.length) return undefined;
  // NCCL's own message may have fallen into the row and happen to fill it up.
  if (!values.slice(columns.busbw - 2).every((value) => MEASURED.test(value))) return undefined;
  const at = (index: number): string => values[index] ?? "";
  return {
    line,
    size: Number(at(0)),
    busbw: at(columns.busbw),
    errors: columns.errors.map((index) => errorValue(at(index), columns.counts)),
  };
}

/** A deviation decides nothing (rule N1): the test compares it with its own bound and prints `Out of bounds values`. */
function errorValue(text: string, counts: boolean): ErrorValue {
  if (isWord(text, "N/A")) return "unchecked";
  const value = finiteNumber(text);
  if (value === undefined || value < 0) return undefined;
  return counts ? value : 0;
}

/** A measured value as a number; undefined for `nan`, `inf`, `N/A` and what is beyond a double. */
export function finiteNumber(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
