import { otherValue } from "./other-value.ts";
import { sharedBy } from "./shared-by.ts";
import type { TextParts } from "./text.ts";

interface Line {
  readonly index: number;
  readonly text: string;
}

/** Takes line text apart. A part is all lines with one word, or one word and number (`GPU 0`), and a heading with its block. */
export function dissectLines(text: string): TextParts {
  const all = text.split("\n");
  const lines = all.map((line, index): Line => ({ index, text: line })).filter((line) => line.text.trim() !== "");
  const without = (gone: readonly Line[]): string => {
    const indexes = new Set(gone.map(({ index }) => index));
    return all.filter((_, index) => !indexes.has(index)).join("\n");
  };
  const parts = [
    ...[...sharedBy(lines, ({ text: line }) => wordsOf(line))].map(([word, group]) => ({
      part: `every line with ${word}`,
      group,
    })),
    ...lines.flatMap((line, at) =>
      blocksAt(lines, at).map((group) => ({ part: `the block of ${line.text.trim()}`, group })),
    ),
  ];
  return {
    withoutPiece: lines.map((line) => ({ place: line.text, text: without([line]) })),
    withoutPart: parts
      .filter(({ group }) => group.length < lines.length)
      .map(({ part, group }) => ({ part, places: group.map((line) => line.text), text: without(group) })),
    contradicted: lines.flatMap(({ index, text: line }) => {
      const other = contradicting(line);
      if (other === line) return [];
      return [0, 1].map((after) => ({ place: line, text: all.toSpliced(index + after, 0, other).join("\n") }));
    }),
    rows: rowsOf(lines.map((line) => line.text)),
  };
}

/** Pairs of a word and a number in a line, and its words. */
function wordsOf(line: string): string[] {
  const words = line.match(/[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9_])?/g) ?? [];
  const pairs = [...line.matchAll(/\b([A-Za-z]+) #?(\d+)\b/g)].map((pair) => pair[0]);
  return [...pairs, ...words];
}

/** A heading with the deeper lines that follow it, and with all lines up to the next heading of its kind (`GPU 1`). */
function blocksAt(lines: readonly Line[], at: number): Line[][] {
  const indent = (line: Line | undefined): number => line?.text.search(/\S/) ?? 0;
  const kindOf = (line: Line | undefined): string | undefined => /^\W*([A-Za-z]+) #?\d+\b/.exec(line?.text ?? "")?.[1];
  const upTo = (ends: (line: Line) => boolean): Line[] => {
    const end = lines.findIndex((line, index) => index > at && ends(line));
    return lines.slice(at, end < 0 ? undefined : end);
  };
  const heading = lines[at];
  const kind = kindOf(heading);
  const blocks = [upTo((line) => indent(line) <= indent(heading))];
  if (kind !== undefined) blocks.push(upTo((line) => kindOf(line) === kind && indent(line) <= indent(heading)));
  return blocks.filter((block) => block.length > 1);
}

/** A line that says the same key with another value: what follows the first tab, `=` or `:`, else the first column. */
function contradicting(line: string): string {
  const key = /^[^\t]*\t|^[^=\s]*=|^[^:]*:\s*|^\s*\S+\s+(?=\S)/.exec(line)?.[0] ?? "";
  return key + otherValue(line.slice(key.length));
}

/** Two lines of one shape that say different things: each carries its own key. */
function rowsOf(lines: readonly string[]): string | undefined {
  const shapes = new Map<string, string>();
  for (const line of lines) {
    const shape = line
      .trim()
      .replaceAll(/[\w.+-]+/g, "x")
      .replaceAll(/\s+/g, " ");
    const other = shapes.get(shape);
    if (other !== undefined && other !== line) return `${other.trim()} and ${line.trim()}`;
    shapes.set(shape, line);
  }
  return undefined;
}
