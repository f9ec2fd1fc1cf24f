/** What the title of a check may be, in words for help and refusals; {@link isTitle} asks for the same. */
export const TITLE_RULE = "one line of 11 to 100 characters without quotes, backslashes, '`', '*', '<', '>' and '|'";

/** Whether a title fits unchanged into a TypeScript string, a comment and a line of Markdown. */
export function isTitle(text: string): boolean {
  return /^[^"\\`*<>|\p{Cc}]{11,100}$/u.test(text);
}
