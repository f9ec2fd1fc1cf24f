import { otherValue } from "./other-value.ts";
import { sharedBy } from "./shared-by.ts";
import type { TextParts } from "./text.ts";

interface Element {
  readonly name: string;
  /** Names and indexes of the way to it: `/nvidia_smi_log/0/gpu/2/serial/0`. */
  readonly path: string;
  readonly parent: string;
  readonly start: number;
  readonly end: number;
  /** Its text, where it holds no element. */
  readonly leaf: string | undefined;
}

/** Takes an XML document apart. A part is one field of every element of a kind (the serial of each GPU). */
export function dissectXml(text: string): TextParts {
  const elements = elementsOf(text);
  const without = (gone: readonly Element[]): string => {
    let rest = text;
    for (const { start, end } of gone.toSorted((a, b) => b.start - a.start))
      rest = rest.slice(0, start) + rest.slice(end);
    return rest;
  };
  const kinds = sharedBy(elements, ({ path }) => [path.replaceAll(/\/\d+(?=\/|$)/g, "")]);
  return {
    withoutPiece: elements.map((element) => ({ place: element.path, text: without([element]) })),
    withoutPart: [...kinds].map(([kind, group]) => ({
      part: `every ${kind}`,
      places: group.map(({ path }) => path),
      text: without(group),
    })),
    contradicted: elements.flatMap(({ name, path, start, end, leaf }) => {
      if (leaf === undefined || otherValue(leaf) === leaf) return [];
      const other = `<${name}>${otherValue(leaf)}</${name}>`;
      return [start, end].map((at) => ({ place: path, text: text.slice(0, at) + other + text.slice(at) }));
    }),
    rows: rowsOf(elements),
  };
}

/** The elements below the root, in the order in which they end. */
function elementsOf(text: string): Element[] {
  const found: Element[] = [];
  const open: { name: string; start: number; inside: number; path: string; counts: Map<string, number> }[] = [];
  for (const tag of text.matchAll(/<(\/?)([A-Za-z_][\w.-]*)[^>]*?(\/?)>/g)) {
    const [whole, closing, name = "", selfClosing] = tag;
    const end = tag.index + whole.length;
    const add = (element: Omit<Element, "parent" | "end">): void => {
      const parent = open.at(-1);
      if (parent !== undefined) found.push({ ...element, parent: parent.path, end });
    };
    if (closing === "/") {
      const element = open.pop();
      if (element === undefined) continue;
      const { inside, counts, ...rest } = element;
      add({ ...rest, leaf: counts.size > 0 ? undefined : text.slice(inside, tag.index) });
      continue;
    }
    const counts = open.at(-1)?.counts ?? new Map<string, number>();
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    const path = `${open.at(-1)?.path ?? ""}/${name}/${String(index)}`;
    if (selfClosing === "/") add({ name, path, start: tag.index, leaf: "" });
    else open.push({ name, path, start: tag.index, inside: end, counts: new Map() });
  }
  return found;
}

/** Two elements of one name side by side that differ in a field. */
function rowsOf(elements: readonly Element[]): string | undefined {
  const fields = Map.groupBy(
    elements.filter(({ leaf }) => leaf !== undefined),
    ({ parent }) => parent,
  );
  for (const { name, path, parent } of elements) {
    const first = fields.get(path);
    if (first === undefined || !path.endsWith(`/${name}/0`)) continue;
    const second = fields.get(`${parent}/${name}/1`);
    const id = first.find((field) => second?.some((other) => other.name === field.name && other.leaf !== field.leaf));
    if (id !== undefined) return `${path} and ${parent}/${name}/1, each with its ${id.name}`;
  }
  return undefined;
}
