import { isSpoiled, noValue } from "@slipway/plugin-sdk";

/** Removes blanks as tools and people write them; a byte order mark stays, as the daemon reads it. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  const isBlank = (index: number): boolean => " \t\r\v\f".includes(text.charAt(index));
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return text.slice(start, end);
}

/** A value that a tool prints; undefined where it prints that there is none (rule G8), or bytes that are no UTF-8. */
export function shownValue(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = trimBlanks(value);
  return noValue(text) !== undefined || isSpoiled(text) ? undefined : text;
}
