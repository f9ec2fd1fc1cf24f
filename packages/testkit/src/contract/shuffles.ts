import type { Example } from "./example.ts";
import type { Permute } from "./options.ts";

type Reorder = (text: string, permute: Permute) => string;
type ReorderIn = (text: string, permute: Permute, example: Example) => string;

/**
 * Ways of reordering rows, for `shuffle` of {@link checkContract}.
 *
 * @example
 * checkContract(check, import.meta.url, { shuffle: { "ib-sysfs": shuffles.lines(), "nvidia-smi": shuffles.elements("gpu") } });
 */
export const shuffles = {
  /** Lines change places with each other: all of them, or those that match; the others stay where they are. */
  lines:
    (matching = /./): Reorder =>
    (text, permute) => {
      const rows = permute(text.split("\n").filter((line) => matching.test(line)));
      return text
        .split("\n")
        .map((line) => (matching.test(line) ? (rows.shift() ?? line) : line))
        .join("\n");
    },

  /** Blocks that begin with a line that matches change places, and in each of them the lines below the first. */
  blocks:
    (heading: RegExp): Reorder =>
    (text, permute) => {
      const blocks: string[][] = [[]];
      for (const line of text.split("\n").filter((line) => line !== "")) {
        if (heading.test(line)) blocks.push([]);
        blocks.at(-1)?.push(line);
      }
      const [before = [], ...rows] = blocks;
      const shuffled = permute(rows).flatMap(([first = "", ...below]) => [first, ...permute(below)]);
      return [...before, ...shuffled].map((line) => `${line}\n`).join("");
    },

  /** The lists of a JSON document whose elements are objects, at every depth; text before the document stays. */
  json: (): Reorder => (text, permute) => {
    const start = text.indexOf("{");
    if (start < 0) return text;
    return `${text.slice(0, start)}${JSON.stringify(reordered(JSON.parse(text.slice(start)), permute))}\n`;
  },

  /**
   * The GPUs of `nvidia-smi -q -x`. Their place is their id where `nvlink` prints no UUID of theirs (G8): an example that
   * does not pass is then given back as it is, for its findings name GPUs by their places.
   */
  gpus: (): ReorderIn => (text, permute, example) => {
    const uuids = [...text.matchAll(/<uuid>(.*?)<\/uuid>/g)].map(([, uuid = ""]) => uuid);
    const numbered = uuids.some((uuid) => example.out.nvlink?.includes(uuid));
    return numbered || example.name.startsWith("pass-") ? shuffles.elements("gpu")(text, permute) : text;
  },

  /** XML elements of one name that do not lie in each other. */
  elements:
    (name: string): Reorder =>
    (text, permute) => {
      const element = new RegExp(`<${name}[\\s>][\\s\\S]*?</${name}>`, "g");
      const rows = permute(text.match(element) ?? []);
      return text.replace(element, (row) => rows.shift() ?? row);
    },
} as const;

function reordered(value: unknown, permute: Permute): unknown {
  if (Array.isArray(value)) {
    const inner = value.map((element) => reordered(element, permute));
    return inner.every((element) => typeof element === "object") ? permute(inner) : inner;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [key, reordered(inner, permute)]),
  );
}
