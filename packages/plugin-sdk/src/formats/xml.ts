import type { ProbeOutput } from "../evidence.ts";
import { anyDocument, MOST_ELEMENTS } from "./any-xml.ts";
import { plainDocument } from "./plain-xml.ts";

/** An element of a parsed XML document. */
export interface XmlElement {
  readonly name: string;
  /** Character data directly inside the element, trimmed. */
  readonly text: string;
  readonly children: readonly XmlElement[];
  /** Line of the start tag, counted from 1. */
  readonly line: number;
  readonly parent: XmlElement | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Parses a whole XML document. It has to be well-formed and complete; a document with declarations
 * of its own inside `<!DOCTYPE … [ ]>` is refused and nothing of it is expanded (rule M2). An
 * external DTD is named by the tool and never fetched. Bytes that are no UTF-8 spoil the value they stand
 * in, which holds U+FFFD then, and nothing else (rule G3).
 */
export function xmlDocument(output: ProbeOutput): XmlElement {
  return plainDocument(output.stdout, MOST_ELEMENTS) ?? anyDocument(output);
}

/** Steps to the children of elements that were pointed at before: a document of many rows is counted once. */
const steps = new WeakMap<XmlElement, ReadonlyMap<XmlElement, string>>();

/** `/<name>` of each child, with its index among siblings of its name where there are several. */
function childSteps(parent: XmlElement): ReadonlyMap<XmlElement, string> {
  const known = steps.get(parent);
  if (known !== undefined) return known;
  const sameName = Map.groupBy(parent.children, (element) => element.name);
  const made = new Map(
    [...sameName].flatMap(([name, elements]) =>
      elements.map((element, index) => [element, elements.length === 1 ? `/${name}` : `/${name}/${String(index)}`]),
    ),
  );
  steps.set(parent, made);
  return made;
}

/** JSON pointer to an element from the root; the index among siblings of its name, where there are several. */
export function xmlPointer(element: XmlElement): string {
  const parts: string[] = [];
  for (let current: XmlElement | undefined = element; current !== undefined; current = current.parent) {
    parts.push(current.parent === undefined ? `/${current.name}` : (childSteps(current.parent).get(current) ?? ""));
  }
  return parts.reverse().join("");
}

/** First child element of that name, if any. */
export function child(parent: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  let current = parent;
  for (const name of names) current = current?.children.find((element) => element.name === name);
  return current;
}

/**
 * The element at that place below a parent, or the innermost on the way to it that is there: what a finding about an
 * absent field points at.
 */
export function innermost(parent: XmlElement, ...names: readonly string[]): XmlElement {
  let current = parent;
  for (const name of names) {
    const next = child(current, name);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

/** Every element at that place below a parent, for a field that the tool prints once and a damaged document twice. */
export function descendants(parent: XmlElement, ...names: readonly string[]): XmlElement[] {
  let level = [parent];
  for (const name of names) {
    const next: XmlElement[] = [];
    for (const { children } of level) for (const inner of children) if (inner.name === name) next.push(inner);
    level = next;
  }
  return level;
}

/** Every element of one of these names, however deep below a parent, in the order of the document. */
export function named(parent: XmlElement, names: readonly string[]): XmlElement[] {
  const found: XmlElement[] = [];
  const left = parent.children.toReversed();
  for (let element = left.pop(); element !== undefined; element = left.pop()) {
    if (names.includes(element.name)) found.push(element);
    for (let at = element.children.length - 1; at >= 0; at -= 1) left.push(element.children[at] as XmlElement);
  }
  return found;
}
