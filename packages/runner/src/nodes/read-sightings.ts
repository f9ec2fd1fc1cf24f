import { readFileSync } from "node:fs";
import { Sighting } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { CsvError, parse as parseCsv } from "csv-parse/sync";
import { isMap, isSeq, LineCounter, parseDocument } from "yaml";
import type { SightingAt } from "./sighting-row.ts";

/** A row that is no sighting, and where. */
export interface BadRow {
  readonly file: string;
  readonly line: number;
  /** Empty when the whole row is wrong. */
  readonly field: string;
  readonly message: string;
}

export interface ReadSightings {
  readonly sightings: readonly SightingAt[];
  readonly bad: readonly BadRow[];
}

interface RawRow {
  readonly line: number;
  readonly value: unknown;
  readonly problem?: string;
}

/**
 * Reads a file of sightings: CSV with a header (`.csv`; GPU serials separated by `;`), a YAML list
 * (`.yaml`, `.yml`), or JSON lines. Keys it does not know stay with the sighting.
 *
 * @returns the sightings, and every row that is none with its line and field
 * @throws SlipwayError of kind `input` when the file cannot be read, or is not of its format at all
 */
export function readSightings(file: string): ReadSightings {
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new SlipwayError("input", `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
  const rows = /\.csv$/i.test(file) ? csvRows(text, file) : /\.ya?ml$/i.test(file) ? yamlRows(text, file) : jsonRows(text);
  const sightings: SightingAt[] = [];
  const bad: BadRow[] = [];
  for (const { line, value, problem } of rows) {
    const parsed = problem === undefined ? Sighting.safeParse(value) : undefined;
    if (parsed?.success === true && !namesNode(parsed.data)) {
      bad.push({ file, line, field: "node_name", message: "names no node: one of node_name, system_serial, gpu_serials, vendor_instance_id is needed" });
    } else if (parsed?.success === true) {
      sightings.push({ sighting: parsed.data, path: `${file}:${String(line)}` });
    } else {
      const issue = parsed?.error.issues[0];
      bad.push({ file, line, field: (issue?.path ?? []).map(String).join("."), message: problem ?? issue?.message ?? "is not valid" });
    }
  }
  return { sightings, bad };
}

const namesNode = ({ node_name, system_serial, vendor_instance_id, gpu_serials }: Sighting): boolean => [node_name, system_serial, vendor_instance_id].some((name) => typeof name === "string") || (gpu_serials ?? []).length > 0;

function csvRows(text: string, file: string): RawRow[] {
  try {
    const [header, ...records] = parseCsv(text, { info: true, trim: true, skip_empty_lines: true, relax_column_count: true }) as unknown as { record: string[]; info: { lines: number } }[];
    const names = header?.record ?? [];
    const missing = ["source", "observed_at"].find((name) => !names.includes(name));
    if (missing !== undefined && header !== undefined) throw new SlipwayError("input", `${file}:1: ${missing}: there is no such column`, { hint: `columns: ${names.join(", ")}` });
    return records.map(({ record, info: { lines: line } }) => {
      if (record.length !== names.length) return { line, value: null, problem: `has ${String(record.length)} columns, the header ${String(names.length)}` };
      const cells = names.flatMap((name, index): [string, unknown][] => {
        const cell = record[index] ?? "";
        if (cell === "") return [];
        return [[name, name === "gpu_serials" ? cell.split(";").map((serial) => serial.trim()).filter((serial) => serial !== "") : cell]];
      });
      return { line, value: Object.fromEntries(cells) };
    });
  } catch (error) {
    if (error instanceof CsvError) throw new SlipwayError("input", `${file}: ${error.message}`);
    throw error;
  }
}

function yamlRows(text: string, file: string): RawRow[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) throw new SlipwayError("input", `${file}:${String(lines.linePos(broken.pos[0]).line)}: ${broken.message}`);
  if (!isSeq(document.contents)) throw new SlipwayError("input", `${file}:1: is no list of sightings`);
  return document.contents.items.map((item) => ({
    line: isMap(item) ? lines.linePos(item.range?.[0] ?? 0).line : 1,
    value: (item as { toJS(of: typeof document): unknown }).toJS(document),
  }));
}

function jsonRows(text: string): RawRow[] {
  return text.split(/\r?\n/).flatMap((content, index): RawRow[] => {
    if (content.trim() === "") return [];
    try {
      return [{ line: index + 1, value: JSON.parse(content) }];
    } catch (error) {
      return [{ line: index + 1, value: null, problem: `is no JSON (${(error as Error).message})` }];
    }
  });
}
