import { FieldName, Sighting } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { csvValue } from "@slipway/records";
import { CsvError, parse as parseCsv } from "csv-parse/sync";
import { Composer, CST, isMap, isNode, isScalar, isSeq, LineCounter, Parser, type Document } from "yaml";
import { DEPTH, TOO_DEEP, TOO_MANY, VALUES } from "./check-row.ts";

/** A row as read from its format, not yet checked to be a sighting. */
export interface RawRow {
  readonly line: number;
  readonly value: unknown;
  /** Why it cannot be one, where the format shows that already. */
  readonly problem?: { readonly field: string; readonly message: string } | undefined;
}

const wholeRow = (message: string): RawRow["problem"] => ({ field: "", message });

/** @throws SlipwayError for a missing column, one that stands twice, and one spelt almost like a known one, so that no values are lost */
export function csvRows(text: string, file: string): readonly RawRow[] {
  try {
    const [header, ...records] = parseCsv(text, {
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    if (header === undefined) return [];
    const names = header.record;
    checkHeader(names, file);
    return records.map(({ record, info: { lines: line } }) => {
      if (record.length !== names.length)
        return {
          line,
          value: null,
          problem: wholeRow(`has ${String(record.length)} columns, the header ${String(names.length)}`),
        };
      const nameless = names.findIndex((name, index) => name === "" && record[index] !== "");
      if (nameless >= 0)
        return {
          line,
          value: null,
          problem: wholeRow(`has a value in column ${String(nameless + 1)}, which the header gives no name`),
        };
      return {
        line,
        value: Object.fromEntries(
          names.map((name, index) => [name, csvValue(record[index] ?? "")]).filter(([, cell]) => cell !== "") as [
            string,
            string,
          ][],
        ),
      };
    });
  } catch (error) {
    if (error instanceof CsvError) throw new SlipwayError("input", `${file}: ${error.message}`);
    throw error;
  }
}

const COLUMNS: readonly string[] = [...new Set([...Object.keys(Sighting.shape), ...FieldName.options])];

function checkHeader(names: readonly string[], file: string): void {
  const folded = (name: string): string => name.replace(/[\s_-]/g, "").toLowerCase();
  const refuse = (name: string, problem: string): never => {
    throw new SlipwayError("input", `${file}:1: ${name}: ${problem}`, { hint: `columns: ${names.join(", ")}` });
  };
  for (const [index, name] of names.entries()) {
    if (name !== "" && names.indexOf(name) < index) refuse(name, "the column is there twice");
    const meant = COLUMNS.includes(name) ? undefined : COLUMNS.find((column) => folded(column) === folded(name));
    if (meant !== undefined) refuse(name, `there is no such column; did you mean ${meant}`);
  }
  const missing = ["source", "observed_at"].find((name) => !names.includes(name));
  if (missing !== undefined) refuse(missing, "there is no such column");
}

/** @throws SlipwayError when the file is no YAML, or no list */
export function yamlRows(text: string, file: string): readonly RawRow[] {
  const lines = new LineCounter();
  const lineAt = (offset = 0): number => lines.linePos(offset).line;
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const [tree, second] = tokens.filter((token) => token.type === "document");
  if (second !== undefined)
    throw new SlipwayError(
      "input",
      `${file}:${String(lineAt(second.offset))}: begins another document; a file is one list of sightings`,
    );
  const cut = cutOversized(tree);
  const [document] = [...new Composer({ prettyErrors: false, logLevel: "error" }).compose(tokens, true, text.length)];
  const broken = document?.errors[0];
  if (broken !== undefined)
    throw new SlipwayError("input", `${file}:${String(lineAt(broken.pos[0]))}: ${broken.message}`);
  if (document === undefined || document.contents === null) return [];
  if (!isSeq(document.contents)) throw new SlipwayError("input", `${file}:1: is no list of sightings`);
  return document.contents.items.map((item, index) => {
    const line = lineAt(isNode(item) ? item.range?.[0] : undefined);
    return cut.has(index) ? { line, value: null, problem: cut.get(index) } : { line, ...plain(item, document) };
  });
}

/** Replaces rows that the YAML composer would recurse too deep into, or compare too many keys of. */
function cutOversized(tree: CST.Document | undefined): ReadonlyMap<number, RawRow["problem"]> {
  const cut = new Map<number, RawRow["problem"]>();
  if (tree?.value === undefined || !("items" in tree.value)) return cut;
  const { items: rows } = tree.value;
  const values = new Map<number, number>();
  CST.visit(tree, (_, path) => {
    const row = path[0]?.[1] ?? 0;
    const count = (values.get(row) ?? 0) + 1;
    values.set(row, count);
    if (!cut.has(row) && count <= VALUES && path.length <= DEPTH + 2) return undefined;
    const at = rows[row]?.value;
    const field = at !== undefined && "items" in at ? at.items[path[1]?.[1] ?? 0]?.key : undefined;
    if (!cut.has(row))
      cut.set(row, {
        field: field !== undefined && field !== null && "source" in field ? field.source : "",
        message: count > VALUES ? TOO_MANY : TOO_DEEP,
      });
    return CST.visit.SKIP;
  });
  for (const row of cut.keys()) {
    const item = rows[row];
    if (item?.value !== undefined) item.value = { type: "scalar", offset: item.value.offset, indent: 0, source: "~" };
  }
  return cut;
}

/** Rack and tray numbers as text, as they are written: `007` is not 7. */
function plain(item: unknown, document: Document): Pick<RawRow, "value" | "problem"> {
  if (isMap(item)) {
    for (const name of ["rack", "tray"]) {
      const scalar = item.get(name, true);
      if (isScalar<unknown>(scalar) && typeof scalar.value === "number") scalar.value = scalar.source;
    }
  }
  try {
    return { value: isNode(item) ? item.toJS(document) : item };
  } catch (error) {
    // An alias without an anchor, or aliases that expand without bounds.
    if (error instanceof ReferenceError) return { value: null, problem: wholeRow(error.message) };
    throw error;
  }
}

export function jsonRows(text: string): readonly RawRow[] {
  return text.split(/\r?\n/).flatMap((content, index): RawRow[] => {
    if (content.trim() === "") return [];
    try {
      return [{ line: index + 1, value: JSON.parse(content) }];
    } catch (error) {
      return [{ line: index + 1, value: null, problem: wholeRow(`is no JSON (${(error as Error).message})`) }];
    }
  });
}
