/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const RIGHT_MARGIN = 74;

/**
 * JSON as jsoncpp's `toStyledString` writes it, the writer of dcgmi: tabs, ` : ` after a key,
 * a brace or bracket that holds something on a line of its own, short lists on one line.
 * Keys are sorted, because jsoncpp keeps objects in a sorted map.
 */
export function styledJson(value: Json): string {
  return `${write(value, "")}\n`;
}

function write(value: Json, indent: string): string {
  if (isList(value)) return writeList(value, indent);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  if (keys.length === 0) return "{}";
  const inner = `${indent}\t`;
  const members = keys.map((key) => `${inner}${JSON.stringify(key)} : ${nested(value[key] ?? null, inner)}`);
  return `{\n${members.join(",\n")}\n${indent}}`;
}

function writeList(list: readonly Json[], indent: string): string {
  if (list.length === 0) return "[]";
  const inner = `${indent}\t`;
  if (!isMultiline(list)) return `[ ${list.map((item) => write(item, inner)).join(", ")} ]`;
  return `[\n${list.map((item) => `${inner}${write(item, inner)}`).join(",\n")}\n${indent}]`;
}

/** After a key, a container that does not fit on the line starts on the next one. */
function nested(value: Json, indent: string): string {
  const text = write(value, indent);
  return text.includes("\n") ? `\n${indent}${text}` : text;
}

function isMultiline(list: readonly Json[]): boolean {
  if (list.length * 3 >= RIGHT_MARGIN) return true;
  if (list.some((item) => typeof item === "object" && item !== null && Object.keys(item).length > 0)) return true;
  return list.reduce<number>((sum, item) => sum + write(item, "").length + 2, 2) >= RIGHT_MARGIN;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
