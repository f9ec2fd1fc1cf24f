import { csvLine } from "@slipway/records";

/** Members of what may be null, by key: null has the same columns. */
export type Shapes = Readonly<Record<string, readonly string[]>>;

const PAIR = ["0", "1"];
const INTERVAL = ["method", "level", "lo", "hi"];
export const REBAN_SHAPES: Shapes = { interval: INTERVAL };
export const SIMULATION_SHAPES: Shapes = {
  interval: INTERVAL,
  bounds_monotone: PAIR,
  bounds_monotone_ci: PAIR,
  bounds_odds: PAIR,
  bounds_odds_ci: PAIR,
};
export const VALUE_SHAPES: Shapes = { interval: ["lo", "hi"], true_detections_excluding_never_failed: ["lo", "hi"] };

/**
 * JSON documents as one CSV table: keys flattened with dots, numbers of a pair by their place, lists of words joined by
 * bars, null as nothing. Which columns there are does not depend on what is null.
 */
export function flatCsv(documents: readonly object[], shapes: Shapes = {}): string {
  const rows = documents.map((document) => new Map(flat("", document, shapes)));
  const names = merged(rows);
  // What is null in one row and has members in another is a column for each member.
  const header = names.filter((name) => !names.some((other) => other.startsWith(`${name}.`)));
  return rows.length === 0
    ? ""
    : [header, ...rows.map((row) => header.map((name) => row.get(name) ?? ""))].map(csvLine).join("");
}

/** All names in one order: one that only a later row has stands where that row has it, or beside its own null. */
function merged(rows: readonly ReadonlyMap<string, string>[]): string[] {
  const names: string[] = [];
  for (const row of rows) {
    let next = 0;
    for (const name of row.keys()) {
      const known = names.indexOf(name);
      if (known === -1) {
        next = Math.max(
          next,
          names.findIndex((other) => name.startsWith(`${other}.`)),
        );
        names.splice(next, 0, name);
        next += 1;
      } else next = Math.max(next, known + 1);
    }
  }
  return names;
}

function flat(path: string, value: unknown, shapes: Shapes): [string, string][] {
  if (value === null || value === undefined) {
    const members = shapes[path.slice(path.lastIndexOf(".") + 1)];
    return members === undefined ? [[path, ""]] : members.map((name) => [`${path}.${name}`, ""]);
  }
  if (isWords(value)) return [[path, value.join(" | ")]];
  if (typeof value === "object")
    return Object.entries(value).flatMap(([name, of]) => flat(path === "" ? name : `${path}.${name}`, of, shapes));
  return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
}

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");
