import { readFileSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { aheadOf, checkRow } from "./check-row.ts";
import { csvRows, jsonRows, yamlRows } from "./sighting-formats.ts";
import type { SightingAt } from "./sighting-row.ts";

/** A row that is not a sighting, and where it stands. */
export interface BadRow {
  readonly file: string;
  readonly line: number;
  /** Empty when the whole row is wrong. */
  readonly field: string;
  readonly message: string;
}

/** A sighting with its line. */
export interface ReadSighting extends SightingAt {
  readonly line: number;
}

export interface ReadSightings {
  readonly sightings: readonly ReadSighting[];
  readonly bad: readonly BadRow[];
}

/**
 * Reads a file of sightings: CSV with a header (`.csv`), a YAML list (`.yaml`, `.yml`), or JSON lines;
 * GPU serials as a list, or as text separated by `;`. Keys it does not know stay with the sighting.
 *
 * @returns the sightings, and every row that is none with its line and field
 * @throws SlipwayError of kind `input` when the file cannot be read, or is not of its format at all
 */
export function readSightings(file: string): ReadSightings {
  const text = readText(file);
  const rows = /\.csv$/i.test(file)
    ? csvRows(text, file)
    : /\.ya?ml$/i.test(file)
      ? yamlRows(text, file)
      : jsonRows(text);
  const sightings: ReadSighting[] = [];
  const bad: BadRow[] = [];
  for (const { line, value, problem } of rows) {
    const checked = problem ?? checkRow(value);
    if ("sighting" in checked) sightings.push({ sighting: checked.sighting, path: `${file}:${String(line)}`, line });
    else bad.push({ file, line, ...checked });
  }
  return { sightings, bad };
}

/**
 * A file's sightings without those whose time has not come, which are bad rows.
 *
 * @param now the store's time in milliseconds since 1970
 */
export function refuseAhead(file: string, { sightings, bad }: ReadSightings, now: number): ReadSightings {
  const ahead = sightings.flatMap(({ sighting, line }) => {
    const wrong = aheadOf(sighting, now);
    return wrong === undefined ? [] : [{ file, line, ...wrong }];
  });
  if (ahead.length === 0) return { sightings, bad };
  const lines = new Set(ahead.map(({ line }) => line));
  return {
    sightings: sightings.filter(({ line }) => !lines.has(line)),
    bad: [...bad, ...ahead].sort((a, b) => a.line - b.line),
  };
}

/** Bytes that are no UTF-8 are refused: replaced, they would make one serial of two. */
function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new SlipwayError(
      "input",
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
  try {
    return decoded(bytes);
  } catch {
    const line = brokenLine(bytes);
    throw new SlipwayError(
      "input",
      line === undefined
        ? `${file}: is too large to read at once`
        : `${file}:${String(line)}: holds bytes that are no UTF-8`,
    );
  }
}

const decoded = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

/** No byte inside a character of UTF-8 is a line feed, so each line is decoded by itself. */
function brokenLine(bytes: Buffer): number | undefined {
  for (let start = 0, line = 1; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const next = end < 0 ? bytes.length : end + 1;
    try {
      decoded(bytes.subarray(start, next));
    } catch {
      return line;
    }
    start = next;
  }
  return undefined;
}
