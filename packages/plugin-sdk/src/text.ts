/** ASCII lower case: words of tools are compared without regard to case, byte for byte otherwise (rule G5). */
export function asciiLower(text: string): string {
  // Of ASCII text, which is all but always, and of text without capitals the built-in says the same at once.
  const lower = text.toLowerCase();
  if (lower === text || /^[\0-\x7f]*$/.test(text)) return lower;
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether a tool's text is this word, without regard to ASCII case; never for a text that is absent. */
export function isWord(text: string | undefined, word: string): boolean {
  return text === word || (text?.length === word.length && asciiLower(text) === asciiLower(word));
}

const MOST_SHOWN = 200;

/** Start of a text, fit for a message: at most 200 characters (rule G3). */
export function excerpt(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** Order of names that does not depend on where they stood in the evidence. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a value holds bytes that were no UTF-8: it is then undecided, whatever stands beside them (rule G3). */
export function isSpoiled(text: string): boolean {
  return text.includes("\uFFFD");
}
