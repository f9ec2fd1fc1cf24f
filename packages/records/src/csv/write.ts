/** A field as it stands in a CSV file: quoted where RFC 4180 asks for it, and where spaces or nothing but a quote could mislead. */
export const csvField = (value: string): string =>
  /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

export const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(",")}\n`;
