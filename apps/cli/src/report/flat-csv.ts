import { csvLine } from "@slipway/records";

/** JSON documents as one CSV table: keys flattened with dots, members of lists by their number, null as nothing. */
export function flatCsv(documents: readonly object[]): string {
  const rows = documents.map((document) => new Map(flat("", document)));
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  // What is null in one row and has members in another is a column for each member.
  const header = names.filter((name) => !names.some((other) => other.startsWith(`${name}.`)));
  return rows.length === 0 ? "" : [header, ...rows.map((row) => header.map((name) => row.get(name) ?? ""))].map(csvLine).join("");
}

function flat(path: string, value: unknown): [string, string][] {
  if (value === null || value === undefined) return [[path, ""]];
  if (typeof value === "object") return Object.entries(value).flatMap(([name, of]) => flat(path === "" ? name : `${path}.${name}`, of));
  return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
}
