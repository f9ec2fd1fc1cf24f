import type { XmlElement } from "./xml.ts";

/** What an element becomes while it is read. */
export interface Open {
  name: string;
  text: string;
  children: Open[];
  line: number;
  parent: Open | undefined;
  attributes: Readonly<Record<string, string>>;
}

export const NO_ATTRIBUTES: Readonly<Record<string, string>> = {};

const PROLOG =
  /^(?:<\?xml version="1\.0"(?: encoding="UTF-8")? ?\?>)?[\t\n ]*(?:<!DOCTYPE [A-Za-z_][\w.-]* SYSTEM "[\w.-]*">[\t\n ]*)?(?=<)/;
const ALL_BLANK = /^[\t\n ]*$/;
const TAG = /^([A-Za-z_][\w.-]*)(?: ([A-Za-z_][\w.-]*)="([^"<>]*)")? ?(\/)?$/;

const [TAB, NEWLINE, BLANK, AMPERSAND, SLASH, LESS, GREATER, LAST_PRINTABLE] = [9, 10, 32, 38, 47, 60, 62, 126];

/**
 * Reads a document of nothing but elements, at most one attribute each, and plain text of ASCII, which is what tools
 * print, in little more than half the time of a parser of all XML. Undefined for every other document, damaged ones among them: that
 * parser tells what is wrong.
 *
 * @param most elements that a document may have
 */
export function plainDocument(text: string, most: number): XmlElement | undefined {
  const prolog = PROLOG.exec(text)?.[0];
  if (prolog === undefined) return undefined;
  const tagOf = tagReader();
  let line = prolog.split("\n").length;
  let current: Open | undefined;
  let elements = 0;
  for (let at = prolog.length; at < text.length;) {
    const end = endOfTag(text, at);
    if (end === undefined) return undefined;
    let root: Open | undefined;
    if (text.charCodeAt(at + 1) === SLASH) {
      if (current === undefined || end !== at + 2 + current.name.length || !text.startsWith(current.name, at + 2))
        return undefined;
      current.text = current.text.trim();
      if (current.parent === undefined) root = current;
      current = current.parent;
    } else {
      const tag = tagOf(text.slice(at + 1, end));
      elements += 1;
      if (tag === undefined || elements > most) return undefined;
      const { name, attributes, empty } = tag;
      const element: Open = { name, text: "", children: [], line, parent: current, attributes };
      current?.children.push(element);
      if (!empty) current = element;
      else if (current === undefined) root = element;
    }
    if (root !== undefined) return ALL_BLANK.test(text.slice(end + 1)) ? root : undefined;
    let isBlank = true;
    at = end + 1;
    for (let code = text.charCodeAt(at); code !== LESS; code = text.charCodeAt((at += 1))) {
      if (code === NEWLINE) line += 1;
      else if (code >= BLANK && code <= LAST_PRINTABLE && code !== AMPERSAND && code !== GREATER)
        isBlank &&= code === BLANK;
      else if (code !== TAB) return undefined;
    }
    if (current !== undefined && (!isBlank || current.text !== "")) current.text += text.slice(end + 1, at);
  }
  return undefined;
}

/** Where the tag that begins at an index ends; undefined where it is none, or holds more than printable ASCII. */
function endOfTag(text: string, at: number): number | undefined {
  for (let end = at + 1; ; end += 1) {
    const code = text.charCodeAt(end);
    if (code === GREATER) return end;
    if (!(code >= BLANK && code <= LAST_PRINTABLE) || code === AMPERSAND || code === LESS) return undefined;
  }
}

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly empty: boolean;
}

/** Reads what stands in a start tag; those without an attribute stand in a document many times. */
function tagReader(): (text: string) => Tag | undefined {
  const known = new Map<string, Tag>();
  return (text) => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const match = TAG.exec(text);
    if (match === null) return undefined;
    const [, name = "", attribute, value = "", slash] = match;
    const attributes = attribute === undefined ? NO_ATTRIBUTES : { [attribute]: value };
    const tag = { name, attributes, empty: slash !== undefined };
    if (attribute === undefined) known.set(text, tag);
    return tag;
  };
}
