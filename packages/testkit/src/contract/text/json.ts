import { sharedBy } from "./shared-by.ts";
import type { TextParts } from "./text.ts";

interface Piece {
  readonly pointer: string;
  readonly key: string;
  readonly value: unknown;
  /** An element of a list, which has no key of its own. */
  readonly element: boolean;
}

/**
 * Takes a JSON document apart, with the text before it. A part is all objects that say one thing of
 * themselves (`host_id` 1), all members of one key, and all values at one path of the rows of a list.
 *
 * @returns undefined for text that is no JSON document
 */
export function dissectJson(text: string): TextParts | undefined {
  const start = text.indexOf("{");
  if (start < 0) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
  const pieces = piecesOf(document, "");
  const without = (gone: readonly string[]): string =>
    `${text.slice(0, start)}${JSON.stringify(prune(document, "", new Set(gone)))}\n`;
  const groups = [
    ...named(
      sharedBy(pieces, ({ key, element }) => (element ? [] : [key])),
      (key) => `every ${key}`,
    ),
    ...named(
      sharedBy(pieces, ({ value }) => facts(value)),
      (fact) => `every object with ${fact}`,
    ),
    ...named(
      sharedBy(pieces, ({ pointer }) => [pointer.replaceAll(/\/\d+(?=\/|$)/g, "/*")]),
      (path) => `every ${path}`,
    ),
  ];
  return {
    withoutPiece: pieces.map(({ pointer }) => ({ place: pointer, text: without([pointer]) })),
    withoutPart: groups.map(({ part, group }) => {
      const places = group.map(({ pointer }) => pointer);
      return { part, places, text: without(places) };
    }),
    // A key that is said twice does not survive JSON.parse; rows that are said twice are the check's own matter.
    contradicted: [],
    rows: rowsOf(pieces),
  };
}

function named<T>(groups: ReadonlyMap<string, T[]>, part: (name: string) => string): { part: string; group: T[] }[] {
  return [...groups].map(([name, group]) => ({ part: part(name), group }));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isScalar = (value: unknown): boolean => ["string", "number"].includes(typeof value);

function piecesOf(value: unknown, pointer: string): Piece[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return [{ pointer: place, key, value: inner, element: Array.isArray(value) }, ...piecesOf(inner, place)];
  });
}

function prune(value: unknown, pointer: string, gone: ReadonlySet<string>): unknown {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, unknown][] => {
    const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return gone.has(place) ? [] : [[key, prune(inner, place, gone)]];
  });
  return Array.isArray(value) ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

/** What an object says of itself: its members that are text or a number. */
function facts(value: unknown): string[] {
  if (!isObject(value) || Array.isArray(value)) return [];
  return Object.entries(value)
    .filter(([, inner]: [string, unknown]) => isScalar(inner))
    .map(([key, inner]: [string, unknown]) => `${key} ${JSON.stringify(inner)}`);
}

/** A list of at least two objects that differ in a member of one name, each of them text or a number. */
function rowsOf(pieces: readonly Piece[]): string | undefined {
  for (const { pointer, value } of pieces) {
    if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) continue;
    const objects = value as Readonly<Record<string, unknown>>[];
    const id = Object.keys(objects[0] ?? {}).find((key) => {
      const ids = objects.map((object) => object[key]);
      return ids.every(isScalar) && new Set(ids).size === ids.length;
    });
    if (id !== undefined) return `${pointer}/0 and ${pointer}/1, each with its ${id}`;
  }
  return undefined;
}
