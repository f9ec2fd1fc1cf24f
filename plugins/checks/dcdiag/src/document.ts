import { isSpoiled, Unreadable } from "@slipway/plugin-sdk";
import { SPOILED, type PrintedNumber } from "./diagnostic.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** An element of a list of the document, with its JSON pointer. */
export interface Element<T> {
  readonly value: T;
  readonly path: string;
}

// A document is walked by hand and not by a schema, because the walk stops at the first element
// that is wrong: a schema collects one complaint per element, and a list may hold millions.

/** The object at a place; anything else there is a shape of no known variant (rule G3). */
export function objectAt(value: unknown, path: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new Unreadable(`it has no known shape: ${path || "/"} is no object`, { path, fault: "unknown-shape" });
}

/** The elements of the list at a place; none where the document has no such list. */
export function elementsAt(value: unknown, path: string): Element<unknown>[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw new Unreadable(`it has no known shape: ${path} is no list`, { path, fault: "unknown-shape" });
  return value.map((element: unknown, index) => ({ value: element, path: `${path}/${String(index)}` }));
}

/** As {@link elementsAt}, for a list in which every element has to be an object. */
export function objectsAt(value: unknown, path: string): Element<JsonObject>[] {
  return elementsAt(value, path).map((element) => ({
    value: objectAt(element.value, element.path),
    path: element.path,
  }));
}

/** A number from 0, as DCGM prints ids: an integer, or the same as decimal text. */
export function readIndex(value: unknown): number | undefined {
  const index = typeof value === "string" && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  return typeof index === "number" && Number.isSafeInteger(index) && index >= 0 ? index : undefined;
}

/** A number of dcgm_errors.h: printed as one, or as decimal text. */
export function readNumber(value: unknown): PrintedNumber {
  if (typeof value === "number") return value;
  if (typeof value === "string" && isSpoiled(value)) return SPOILED;
  return readIndex(value);
}

/** A text that a rule reads; undefined where it is blank, or holds bytes that are no UTF-8. */
export function readWord(value: unknown): string | undefined {
  const text = readText(value);
  return text === undefined || isSpoiled(text) ? undefined : text;
}

export function readText(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
