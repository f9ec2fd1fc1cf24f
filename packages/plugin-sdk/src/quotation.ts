import type { EvidencePointer } from "@slipway/domain";
import { excerpt } from "./text.ts";

/** A tool's own words about why its output cannot be used, and where they stand. */
export interface Quotation {
  /** One line, cut at 200 characters. */
  readonly words: string;
  readonly at: EvidencePointer;
}

/** What a program printed, as far as it is known. */
interface Printed {
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
}

/**
 * The words to quote of a probe that cannot be used (rule G3): the first line of stderr that is not
 * blank, else the first such line of stdout that is no part of its document: before its first `{` or
 * `<`, else after its end.
 */
export function toolsWords(probe: string, { stdout = "", stderr = "" }: Printed): Quotation | undefined {
  const error = firstWords(stderr, 0, stderr.length);
  if (error !== undefined) return { words: error.words, at: { probe, stream: "err", line: error.line } };
  const start = stdout.search(/[{<]/);
  const end = start < 0 ? undefined : documentEnd(stdout, start);
  const found =
    firstWords(stdout, 0, start < 0 ? stdout.length : start) ??
    (end === undefined ? undefined : firstWords(stdout, end, stdout.length));
  return found === undefined ? undefined : { words: found.words, at: { probe, line: found.line } };
}

/** The line of stdout with this number, quoted; undefined where there is no such line or it is blank. */
export function quotedLine(probe: string, stdout: string, line: number): Quotation | undefined {
  const text = stdout.split("\n", line)[line - 1]?.trim() ?? "";
  return text === "" ? undefined : { words: excerpt(text), at: { probe, line } };
}

/** Number of lines of a text; a last newline begins none. */
export function lineCount(text: string): number {
  let count = text === "" || text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function firstWords(text: string, from: number, to: number): { words: string; line: number } | undefined {
  const begin = text.slice(from, to).search(/\S/);
  if (begin < 0) return undefined;
  const at = from + begin;
  const newline = text.indexOf("\n", at);
  const words = text.slice(at, Math.min(newline < 0 ? to : newline, to)).trim();
  return { words: excerpt(words), line: lineCount(text.slice(0, at + 1)) };
}

/** Where the document that starts at an index ends; undefined when it was cut. */
function documentEnd(text: string, start: number): number | undefined {
  if (text.charAt(start) === "{") return jsonEnd(text, start);
  const root = /<([A-Za-z_][\w.-]*)/.exec(text.slice(start))?.[1];
  const closing = root === undefined ? -1 : text.lastIndexOf(`</${root}>`);
  return root === undefined || closing < start ? undefined : closing + root.length + 3;
}

function jsonEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (const { index, 0: part } of text.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (part === "{") depth += 1;
    else if (part === "}") depth -= 1;
    if (depth === 0) return start + index + 1;
  }
  return undefined;
}
