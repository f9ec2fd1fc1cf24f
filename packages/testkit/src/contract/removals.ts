/** A piece that was taken out of a probe's text, and the text without it. */
export interface Removal {
  /** The line, or the JSON pointer, or the XML pointer of what is gone. */
  readonly place: string;
  readonly text: string;
}

/** Every way of taking one piece out: an element or key of a JSON document, an XML element, or else a line. */
export function removals(text: string): Removal[] {
  const start = text.indexOf("{");
  if (start >= 0) {
    const before = text.slice(0, start);
    try {
      const document: unknown = JSON.parse(text.slice(start));
      return jsonRemovals(document).map(({ place, document: smaller }) => ({
        place,
        text: `${before}${JSON.stringify(smaller)}\n`,
      }));
    } catch {
      // Not JSON: line text may hold braces.
    }
  }
  if (text.trimStart().startsWith("<")) return xmlRemovals(text);
  const parts = text.split("\n");
  return parts.flatMap((line, index) =>
    line.trim() === "" ? [] : [{ place: line, text: parts.filter((_, other) => other !== index).join("\n") }],
  );
}

function jsonRemovals(document: unknown): { place: string; document: unknown }[] {
  const found: { place: string; document: unknown }[] = [];
  const visit = (value: unknown, pointer: string, rebuild: (smaller: unknown) => unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const entries: [string, unknown][] = Object.entries(value);
    for (const [key, inner] of entries) {
      const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const others = entries.filter(([other]) => other !== key);
      found.push({
        place,
        document: rebuild(Array.isArray(value) ? others.map(([, kept]) => kept) : Object.fromEntries(others)),
      });
      visit(inner, place, (smaller) =>
        rebuild(
          Array.isArray(value)
            ? entries.map(([other, kept]) => (other === key ? smaller : kept))
            : Object.fromEntries(entries.map(([other, kept]) => [other, other === key ? smaller : kept])),
        ),
      );
    }
  };
  visit(document, "", (smaller) => smaller);
  return found;
}

/** Takes out each element of an XML document whose tags stand alone on their lines or on one line. */
function xmlRemovals(text: string): Removal[] {
  const found: Removal[] = [];
  const open: { name: string; start: number; path: string; counts: Map<string, number> }[] = [];
  const rootCounts = new Map<string, number>();
  for (const tag of text.matchAll(/<(\/?)([A-Za-z_][\w.-]*)[^>]*?(\/?)>/g)) {
    const [whole, closing, name = "", selfClosing] = tag;
    if (closing === "/") {
      const element = open.pop();
      if (element !== undefined && open.length > 0)
        found.push({ place: element.path, text: text.slice(0, element.start) + text.slice(tag.index + whole.length) });
      continue;
    }
    const counts = open.at(-1)?.counts ?? rootCounts;
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    const path = `${open.at(-1)?.path ?? ""}/${name}/${String(index)}`;
    if (selfClosing === "/")
      found.push({ place: path, text: text.slice(0, tag.index) + text.slice(tag.index + whole.length) });
    else open.push({ name, start: tag.index, path, counts: new Map() });
  }
  return found;
}
