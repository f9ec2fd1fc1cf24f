import type { Scrubber } from "./scrubber.ts";

/** Where a document begins: at the start of a line, after whatever the tool said before it. */
const START = /^[ \t]*(?:\{(?=\s*["}])|<(?=[?!a-zA-Z]))/m;
const JSON_PART = /"([^"\\]*(?:\\[^][^"\\]*)*)("|$)(\s{0,200}:)?|[^"]+|"/g;
const XML_PART = /<!--[^]*?(?:-->|$)|<[^<>]*>|[^<]+|</g;

/**
 * Scrubs the output of a probe in place: keys, tags, punctuation and the breaks of lines stay, so that a damaged document
 * stays damaged in the same way and every line keeps its number.
 *
 * @param lines the probe prints lines, whatever they begin with (kernel logs)
 */
export function scrubOutput(scrubber: Scrubber, text: string, lines: boolean): string {
  const start = lines ? -1 : text.search(START);
  if (start < 0) return scrubber.text(text);
  const document = text.slice(start);
  const scrubbed = /^[ \t]*\{/.test(document) ? json(scrubber, document) : xml(scrubber, document);
  return scrubber.text(text.slice(0, start)) + scrubbed;
}

function json(scrubber: Scrubber, document: string): string {
  let key = "";
  return document.replaceAll(JSON_PART, (whole, body: string | undefined, end: string, colon: string | undefined) => {
    if (body === undefined) return scrubber.text(whole);
    const text = unescaped(body);
    if (colon !== undefined) key = text ?? body;
    const scrub = (said: string): string => (colon === undefined ? scrubber.value(key, said) : scrubber.key(said));
    if (text === undefined) return `"${scrub(body)}${end}${colon ?? ""}`;
    const scrubbed = scrub(text);
    // A literal that says the same stays as it is written.
    return scrubbed === text ? whole : `"${JSON.stringify(scrubbed).slice(1, -1)}${end}${colon ?? ""}`;
  });
}

/** What a literal with escapes says; undefined for one without, and for one that is no JSON: those are scrubbed as they stand. */
function unescaped(body: string): string | undefined {
  if (!body.includes("\\") || /[\udc80-\udcff]/u.test(body)) return undefined;
  try {
    return JSON.parse(`"${body}"`) as string;
  } catch {
    return undefined;
  }
}

function xml(scrubber: Scrubber, document: string): string {
  let key = "";
  return document.replaceAll(XML_PART, (part) => {
    if (!part.startsWith("<")) return scrubber.value(key, part);
    if (part.startsWith("<!") && !/^<!DOCTYPE\b/i.test(part)) return scrubber.text(part);
    const [, name] = /^<([\w.-]+)/.exec(part) ?? [];
    key = name ?? "";
    return scrubber.names(part);
  });
}
