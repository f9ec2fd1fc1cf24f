import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { layerUses } from "../layer-law.ts";
import type { GeneratedFiles } from "./catalog.ts";

const PAGE = "docs/architecture.md";
const START = "<!-- layers: made by `./slipway generate` -->";
const END = "<!-- /layers -->";

/** The page on architecture with its picture made anew from the layer law. */
export function architectureFiles(root: string): GeneratedFiles {
  if (!existsSync(join(root, PAGE))) return new Map();
  const page = readFileSync(join(root, PAGE), "utf8");
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start === -1 || end === -1) return new Map();
  const picture = `${START}\n\n\`\`\`mermaid\n${layerPicture(layerUses())}\`\`\`\n\n`;
  return new Map([[PAGE, page.slice(0, start) + picture + page.slice(end)]]);
}

/** A graph in mermaid's text: an arrow from each layer to those it uses, but where another that it uses does so already. */
export function layerPicture(uses: Readonly<Record<string, readonly string[]>>): string {
  const below = (layer: string): ReadonlySet<string> =>
    new Set((uses[layer] ?? []).flatMap((used) => [used, ...below(used)]));
  const arrows = Object.entries(uses).flatMap(([layer, all]) => {
    const known = new Set(all.flatMap((used) => [...below(used)]));
    return all.filter((used) => !known.has(used)).map((used) => `  ${layer} --> ${used}\n`);
  });
  return `flowchart TD\n${arrows.join("")}`;
}
