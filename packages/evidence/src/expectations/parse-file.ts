import { RequiredChecks, withoutNulls, type Expectations } from "@slipway/domain";
import { jsonPointer, SlipwayError } from "@slipway/plugin-sdk";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";

/** Sections that a file may have, by name: those of the domain and those that checks declare. */
export type SectionSchemas = Readonly<Record<string, z.ZodType>>;

/** One expectations file, read. Keys that are null stay null: they unset what an earlier file said. */
export interface ExpectationFile {
  readonly name: string;
  readonly expectations: Expectations;
  /** Line of each value, by JSON pointer. */
  lineOf(pointer: string): number;
}

/**
 * Reads an expectations file (YAML). Unknown keys and wrong values are errors.
 *
 * @throws SlipwayError of kind `config` whose message begins `file:line:col`
 */
export function parseExpectationFile(name: string, text: string, sections: SectionSchemas): ExpectationFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const fail = (message: string, offset: number): never => {
    const { line, col } = counter.linePos(offset);
    throw new SlipwayError("config", `${name}:${String(line)}:${String(col)}: ${message}`);
  };
  const [error] = document.errors;
  if (error !== undefined) fail(error.message.split("\n", 1)[0] ?? "is not YAML", error.pos[0]);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (thrown) {
    fail((thrown as Error).message, 0);
  }
  value ??= {};
  if (typeof value !== "object" || Array.isArray(value) || value === null)
    return fail("has to be a mapping of sections such as `gpus:`", 0);

  for (const [section, content] of Object.entries(value)) {
    const schema =
      section === "checks" ? RequiredChecks : Object.hasOwn(sections, section) ? sections[section] : undefined;
    if (schema === undefined)
      fail(
        `${section}: is no known section (known: ${[...Object.keys(sections), "checks"].sort().join(", ")})`,
        offsetOf(document, [section], true),
      );
    if (content === null) continue;
    const parsed = schema?.safeParse(withoutNulls(content));
    if (parsed?.success === false) {
      const issue = parsed.error.issues[0];
      const path = [section, ...(issue?.path ?? [])];
      fail(`${path.join(".")}: ${issue?.message ?? "invalid"}`, offsetOf(document, path, false));
    }
    const unknown = firstUnknownKey(withoutNulls(content), parsed?.data, [section]);
    if (unknown !== undefined) fail(`${unknown.join(".")}: is no known key`, offsetOf(document, unknown, true));
  }
  return {
    name,
    expectations: value as Expectations,
    lineOf: (pointer) => counter.linePos(offsetOf(document, pointerParts(pointer), false)).line,
  };
}

/** A key that the schema dropped is one it does not know. */
function firstUnknownKey(input: unknown, parsed: unknown, path: PropertyKey[]): PropertyKey[] | undefined {
  if (typeof input !== "object" || input === null || typeof parsed !== "object" || parsed === null) return undefined;
  for (const [key, inner] of Object.entries(input)) {
    const place = [...path, Array.isArray(input) ? Number(key) : key];
    if (!Object.hasOwn(parsed, key)) return place;
    const deeper = firstUnknownKey(inner, (parsed as Record<string, unknown>)[key], place);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** Where a value, or with `key` its key, stands in the text; the nearest enclosing one if it has no place of its own. */
function offsetOf(document: Document, path: readonly PropertyKey[], key: boolean): number {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (key && typeof parent === "object" && parent !== null && "items" in parent) {
    const pair = (parent.items as { key?: unknown }[]).find((item) => String(item.key) === String(path.at(-1)));
    if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
  }
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function pointerParts(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Expectations with the file and line each value came from, by JSON pointer. */
export interface SourcedExpectations {
  readonly expect: Expectations;
  readonly sources: Readonly<Record<string, string>>;
}

/** Lays files over one another, later over earlier: objects merge by key, lists and scalars replace, null unsets. */
export function overlay(files: readonly ExpectationFile[]): SourcedExpectations {
  const sources = new Map<string, string>();
  let expect: Record<string, unknown> = {};
  for (const file of files)
    expect = merge(expect, file.expectations, [], {
      noted: sources,
      of: (pointer) => `${file.name}:${String(file.lineOf(pointer))}`,
    });
  return { expect, sources: Object.fromEntries([...sources].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function merge(
  under: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
  path: readonly string[],
  sources: { readonly noted: Map<string, string>; readonly of: (pointer: string) => string },
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const place = [...path, key];
    const pointer = jsonPointer(place);
    const below = merged[key];
    if (isMapping(value)) {
      sources.noted.delete(pointer);
      merged[key] = merge(isMapping(below) ? below : {}, value, place, sources);
      continue;
    }
    for (const known of sources.noted.keys())
      if (known === pointer || known.startsWith(`${pointer}/`)) sources.noted.delete(known);
    if (value === null) Reflect.deleteProperty(merged, key);
    else {
      merged[key] = value;
      sources.noted.set(pointer, sources.of(pointer));
    }
  }
  return merged;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
