/** What spreadsheets take for the beginning of a formula (OWASP, CSV Injection), behind any apostrophes. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A value as it stands in a CSV file: quoted where RFC 4180 asks for it, and where spaces or nothing but a quote could
 * mislead. Text that a spreadsheet would calculate gets an apostrophe in front, which {@link csvValue} takes off.
 */
export function csvField(value: string): string {
  const text = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The value of a field, unquoted: what {@link csvField} was given. */
export const csvValue = (field: string): string =>
  field.startsWith("'") && FORMULA.test(field) ? field.slice(1) : field;

export const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(",")}\n`;
