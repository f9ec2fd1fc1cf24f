import { asciiLower } from "./text.ts";

/** Why a tool printed a word instead of a value: there is nothing to read, or the part does not answer. */
export type NoValue = "nothing" | "unanswered";

const NOTHING = new Set(["", "n/a", "[n/a]", "not supported", "[not supported]"]);
const UNANSWERED = new Set(["unknown error", "err!", "gpu is lost", "gpu requires reset"]);

/**
 * What stands for no value where a serial, UUID, name or number belongs (rule G8); undefined for a value.
 *
 * @param text as the tool prints it; blanks around it do not count
 */
export function noValue(text: string): NoValue | undefined {
  const word = asciiLower(text.trim());
  if (NOTHING.has(word)) return "nothing";
  const enclosed = (word.startsWith("[") && word.endsWith("]")) || (word.startsWith("<<") && word.endsWith(">>"));
  return enclosed || UNANSWERED.has(word) ? "unanswered" : undefined;
}

/** The value that a tool prints, trimmed; undefined where it prints none, or bytes that are no UTF-8. */
export function valueOf(text: string | undefined): string | undefined {
  if (text === undefined || noValue(text) !== undefined || text.includes("\uFFFD")) return undefined;
  return text.trim();
}
