import { dissectJson } from "./json.ts";
import { dissectLines } from "./lines.ts";
import { dissectXml } from "./xml.ts";

/** A probe's text with something done to it, and where: a line, a JSON pointer, or an XML pointer. */
export interface Altered {
  readonly place: string;
  readonly text: string;
}

/** A text without all pieces that belong to one part of the machine, such as a device, a GPU or a member. */
export interface WithoutPart {
  /** What the pieces share, in words: `every line with mlx5_0`. */
  readonly part: string;
  /** The places of the pieces that are gone. */
  readonly places: readonly string[];
  readonly text: string;
}

/** What the contract does to the text of a probe, whatever its form. */
export interface TextParts {
  /** Every way of taking one piece out: a line, an element or key of JSON, an XML element. */
  readonly withoutPiece: readonly Altered[];
  /** Every way of taking out two pieces or more that belong together, but not the whole text. */
  readonly withoutPart: readonly WithoutPart[];
  /** Every way of saying a piece a second time with another value, before it and after it. */
  readonly contradicted: readonly Altered[];
  /** Two pieces that stand side by side and carry an id each, where there are such rows; else undefined. */
  readonly rows: string | undefined;
}

/** Takes a probe's text apart as JSON, XML or lines. */
export function dissect(text: string): TextParts {
  const json = dissectJson(text);
  if (json !== undefined) return json;
  return text.trimStart().startsWith("<") ? dissectXml(text) : dissectLines(text);
}
