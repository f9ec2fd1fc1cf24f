/**
 * A text as PostgreSQL can hold it: U+0000 and halves of surrogate pairs, as a tool's garbled output
 * may have them, become U+FFFD. The evidence keeps the bytes as they were read.
 */
export function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", "\uFFFD") : whole;
}

/** A value to compare with what is stored. */
export const storable = (value: unknown): unknown => (typeof value === "string" ? storableText(value) : value);
