/**
 * Characters that hide, turn round or move other text: controls, formats (bidi marks and zero-width ones among them),
 * separators of lines, and what Unicode has ignored where it cannot be shown.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text fit to be shown on one line: each such character by its code units, `\u202e`. JSON keeps its value by it. */
export const showHidden = (text: string): string => text.replace(HIDDEN, codeUnits);

const codeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
