import { stripVTControlCharacters } from "node:util";

/** Text of a node or a file, safe for a terminal: control characters (C0, C1 and DEL) are shown, not obeyed. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(
    /\p{Cc}/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
