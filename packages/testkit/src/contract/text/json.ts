import { otherValue } from "./other-value.ts";
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
  const print = (altered: unknown): string => `${text.slice(0, start)}${JSON.stringify(altered)}\n`;
  const without = (gone: readonly string[]): string => print(prune(document, "", new Set(gone)));
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
    contradicted: pieces.flatMap(({ pointer, value }) =>
      otherRows(value).flatMap(({ at, key, row }) =>
        [0, 1].map((after) => {
          const rows = (value as unknown[]).toSpliced(at + after, 0, row);
          return { place: `${pointer}/${String(at)}/${escaped(key)}`, text: print(replaced(document, pointer, rows)) };
        }),
      ),
    ),
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
    const place = `${pointer}/${escaped(key)}`;
    return [{ pointer: place, key, value: inner, element: Array.isArray(value) }, ...piecesOf(inner, place)];
  });
}

function prune(value: unknown, pointer: string, gone: ReadonlySet<string>): unknown {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, unknown][] => {
    const place = `${pointer}/${escaped(key)}`;
    return gone.has(place) ? [] : [[key, prune(inner, place, gone)]];
  });
  return Array.isArray(value) ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

/** The document with another value at a pointer. */
function replaced(value: unknown, pointer: string, other: unknown, here = ""): unknown {
  if (here === pointer) return other;
  if (!isObject(value) || !`${pointer}/`.startsWith(`${here}/`)) return value;
  const inside = Object.entries(value).map(([key, inner]: [string, unknown]): [string, unknown] => [
    key,
    replaced(inner, pointer, other, `${here}/${escaped(key)}`),
  ]);
  return Array.isArray(value) ? inside.map(([, inner]) => inner) : Object.fromEntries(inside);
}

const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** What an object says of itself: its members that are text or a number. */
function facts(value: unknown): string[] {
  if (!isObject(value) || Array.isArray(value)) return [];
  return Object.entries(value)
    .filter(([, inner]: [string, unknown]) => isScalar(inner))
    .map(([key, inner]: [string, unknown]) => `${key} ${JSON.stringify(inner)}`);
}

/** The member that tells the objects of a list apart: text or a number, another one in each. */
function idOf(value: unknown): string | undefined {
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  const objects = value as Readonly<Record<string, unknown>>[];
  return Object.keys(objects[0] ?? {}).find((key) => {
    const ids = objects.map((object) => object[key]);
    return ids.every(isScalar) && new Set(ids).size === ids.length;
  });
}

/** Copies of the rows of a list, each with another text in one of its members but the id. */
function otherRows(value: unknown): { at: number; key: string; row: unknown }[] {
  const id = idOf(value);
  if (id === undefined) return [];
  return (value as Readonly<Record<string, unknown>>[]).flatMap((object, at) =>
    Object.entries(object).flatMap(([key, inner]) =>
      key === id || typeof inner !== "string" || otherValue(inner) === inner
        ? []
        : [{ at, key, row: { ...object, [key]: otherValue(inner) } }],
    ),
  );
}

/** A list of at least two objects with an id each. */
function rowsOf(pieces: readonly Piece[]): string | undefined {
  for (const { pointer, value } of pieces) {
    const id = idOf(value);
    if (id !== undefined && (value as unknown[]).length > 1)
      return `${pointer}/0 and ${pointer}/1, each with its ${id}`;
  }
  return undefined;
}
