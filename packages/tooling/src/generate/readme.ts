import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Check, CodeMeaning } from "@slipway/plugin-sdk";
import { pluginsOf, type WorkspacePackage } from "../workspace.ts";
import type { GeneratedFiles } from "./catalog.ts";

export const CODES_START = "<!-- codes: made by `./slipway generate` -->";
export const CODES_END = "<!-- /codes -->";

/** Imports a check from its folder, so that it needs no place in the catalog yet. */
export async function importCheck(root: string, dir: string): Promise<Check> {
  const module = (await import(pathToFileURL(join(root, dir, "src/index.ts")).href)) as { default?: Check };
  if (module.default?.kind !== "check") throw new Error(`${dir}/src/index.ts has no check as its default export`);
  return module.default;
}

/** The checks among packages; one without source is left to the structure test, which names it. */
export function importChecks(root: string, packages: readonly WorkspacePackage[]): Promise<Check[]> {
  return Promise.all(
    pluginsOf(packages, "check")
      .filter(({ dir }) => existsSync(join(root, dir, "src/index.ts")))
      .map(({ dir }) => importCheck(root, dir)),
  );
}

/** The README of each check with its table of finding codes made anew. */
export async function readmeFiles(root: string, packages: readonly WorkspacePackage[]): Promise<GeneratedFiles> {
  const files = new Map<string, string>();
  for (const { dir } of pluginsOf(packages, "check")) {
    const file = `${dir}/README.md`;
    if (!existsSync(join(root, file)) || !existsSync(join(root, dir, "src/index.ts"))) continue; // the structure test names them
    const readme = readFileSync(join(root, file), "utf8");
    if (!readme.includes(CODES_START)) continue;
    const { codes } = await importCheck(root, dir);
    files.set(file, withCodes(readme, codes));
  }
  return files;
}

/** Replaces what stands between the two markers; without the second one, the table goes behind the first. */
export function withCodes(readme: string, codes: Readonly<Record<string, CodeMeaning>>): string {
  const start = readme.indexOf(CODES_START);
  const end = readme.indexOf(CODES_END, start);
  const after = end === -1 ? readme.slice(start + CODES_START.length) : readme.slice(end + CODES_END.length);
  return `${readme.slice(0, start)}${CODES_START}\n\n${codeTable(codes)}\n${CODES_END}${after}`;
}

function codeTable(codes: Readonly<Record<string, CodeMeaning>>): string {
  const rows = Object.entries(codes).map(([code, { verdict, causes, meaning, remedy, formerly = [] }]) =>
    [
      [`\`${code}\``, ...formerly.map((name) => `formerly \`${name}\``)].join(", "),
      verdict,
      causes.join(", "),
      meaning,
      remedy,
    ]
      .map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " "))
      .join(" | "),
  );
  return ["code | verdict | causes | meaning | what to do", "--- | --- | --- | --- | ---", ...rows]
    .map((row) => `| ${row} |\n`)
    .join("");
}
