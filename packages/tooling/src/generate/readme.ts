import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Check, CodeMeaning, Step } from "@slipway/plugin-sdk";
import { pluginsOf, type WorkspacePackage } from "../workspace.ts";
import { table, withBlock, type Markers } from "./block.ts";
import type { GeneratedFiles } from "./catalog.ts";
import { FACTS, factsOf } from "./step-readme.ts";

export const CODES: Markers = { start: "<!-- codes: made by `./slipway generate` -->", end: "<!-- /codes -->" };

/** Imports a plugin from its folder, so that it needs no place in the catalog yet. */
async function importPlugin(root: string, dir: string, kind: string): Promise<unknown> {
  const module = (await import(pathToFileURL(join(root, dir, "src/index.ts")).href)) as { default?: { kind?: string } };
  if (module.default?.kind !== kind) throw new Error(`${dir}/src/index.ts has no ${kind} as its default export`);
  return module.default;
}

export const importCheck = async (root: string, dir: string): Promise<Check> =>
  (await importPlugin(root, dir, "check")) as Check;

/** The checks among packages; one without source is left to the structure test, which names it. */
export function importChecks(root: string, packages: readonly WorkspacePackage[]): Promise<Check[]> {
  return Promise.all(
    pluginsOf(packages, "check")
      .filter(({ dir }) => existsSync(join(root, dir, "src/index.ts")))
      .map(({ dir }) => importCheck(root, dir)),
  );
}

/** What is made in the README of a plugin of each kind. */
const BLOCKS: readonly {
  readonly kind: string;
  readonly markers: Markers;
  readonly text: (plugin: unknown) => string;
}[] = [
  { kind: "check", markers: CODES, text: (plugin) => codeTable((plugin as Check).codes) },
  { kind: "step", markers: FACTS, text: (plugin) => factsOf(plugin as Step) },
];

/** The README of each check with its table of finding codes, and of each step with its facts, made anew. */
export async function readmeFiles(root: string, packages: readonly WorkspacePackage[]): Promise<GeneratedFiles> {
  const files = new Map<string, string>();
  for (const { kind, markers, text } of BLOCKS)
    for (const { dir } of pluginsOf(packages, kind)) {
      const file = `${dir}/README.md`;
      if (!existsSync(join(root, file)) || !existsSync(join(root, dir, "src/index.ts"))) continue; // the structure test names them
      const readme = readFileSync(join(root, file), "utf8");
      if (!readme.includes(markers.start)) continue;
      files.set(file, withBlock(readme, markers, text(await importPlugin(root, dir, kind))));
    }
  return files;
}

/** The table of finding codes in the README of a check. */
export function codeTable(codes: Readonly<Record<string, CodeMeaning>>): string {
  const rows = Object.entries(codes).map(([code, { verdict, causes, meaning, remedy, formerly = [] }]) => [
    [`\`${code}\``, ...formerly.map((name) => `formerly \`${name}\``)].join(", "),
    verdict,
    causes.join(", "),
    meaning,
    remedy,
  ]);
  return table([["code", "verdict", "causes", "meaning", "what to do"], ...rows]);
}
