/** ASCII lower case: status words are compared without regard to case, byte for byte otherwise (rule G5). */
export function lower(text: string): string {
  // Of ASCII text, which is all but always, the built-in says the same at once.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Removes blanks as tools and people write them; a byte order mark stays, as the daemon reads it. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  const isBlank = (index: number): boolean => " \t\r\v\f".includes(text.charAt(index));
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return text.slice(start, end);
}

/** A value a tool prints, or undefined where it prints that there is none. */
export function shownValue(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = trimBlanks(value);
  return text === "" || lower(text) === "n/a" ? undefined : text;
}

/** Start of a text, fit for a message. */
export function excerpt(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Order of names that does not depend on where they stood in the evidence. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
