/** Two comments of a page, between which `generate` writes. */
export interface Markers {
  readonly start: string;
  readonly end: string;
}

/** Replaces what stands between the two markers; without the second one, the text goes behind the first. */
export function withBlock(page: string, { start, end }: Markers, text: string): string {
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  const after = to === -1 ? page.slice(from + start.length) : page.slice(to + end.length);
  return `${page.slice(0, from)}${start}\n\n${text}\n${end}${after}`;
}

/** A page without what stands between its markers. */
export function withoutBlock(page: string, { start, end }: Markers): string {
  return page.replace(page.slice(page.indexOf(start), Math.max(page.indexOf(end), 0)), "");
}

/** A table in Markdown, from the rows of its cells; the first row is its head. */
export function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |\n`).join("");
}
