import { csvLine } from "@slipway/records";

/** JSON documents as one CSV table: keys flattened with dots, members of lists by their number, null as nothing. */
export function flatCsv(documents: readonly object[]): string {
  const rows = documents.map((document) => new Map(flat("", document)));
  const names = merged(rows);
  // What is null in one row and has members in another is a column for each member.
  const header = names.filter((name) => !names.some((other) => other.startsWith(`${name}.`)));
  return rows.length === 0 ? "" : [header, ...rows.map((row) => header.map((name) => row.get(name) ?? ""))].map(csvLine).join("");
}

/** All names in one order: one that only a later row has stands where that row has it, or beside its own null. */
function merged(rows: readonly ReadonlyMap<string, string>[]): string[] {
  const names: string[] = [];
  for (const row of rows) {
    let next = 0;
    for (const name of row.keys()) {
      const known = names.indexOf(name);
      if (known === -1) {
        next = Math.max(next, names.findIndex((other) => name.startsWith(`${other}.`)));
        names.splice(next, 0, name);
        next += 1;
      } else next = Math.max(next, known + 1);
    }
  }
  return names;
}

function flat(path: string, value: unknown): [string, string][] {
  if (value === null || value === undefined) return [[path, ""]];
  if (typeof value === "object") return Object.entries(value).flatMap(([name, of]) => flat(path === "" ? name : `${path}.${name}`, of));
  return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
}
