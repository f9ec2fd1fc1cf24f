import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { documentsPage } from "@slipway/queries";
import { readWorkspace } from "../workspace.ts";
import { catalogFiles, type GeneratedFiles } from "./catalog.ts";
import { architectureFiles } from "./layer-picture.ts";
import { importChecks, readmeFiles } from "./readme.ts";
import { releasedFiles } from "./released-codes.ts";
import { schemaFiles } from "./schemas.ts";

/** Says what every `--json` prints. */
const DOCUMENTS_PAGE = "docs/json.md";

export interface GenerateOptions {
  /** Checks whose README is made and whose codes are released, by folder; all when absent. */
  readonly checks?: readonly string[];
}

/** Everything that is made from something else, as it has to be now. The same workspace gives the same bytes. */
export async function generatedFiles(root: string, { checks }: GenerateOptions = {}): Promise<GeneratedFiles> {
  const packages = readWorkspace(root);
  const described = packages.filter(({ dir }) => checks === undefined || checks.includes(dir));
  return new Map([
    ...catalogFiles(root, packages),
    ...schemaFiles(),
    ...architectureFiles(root),
    [DOCUMENTS_PAGE, documentsPage()],
    ...(await readmeFiles(root, described)),
    ...releasedFiles(root, await importChecks(root, described)),
  ]);
}

/** Paths of the generated files that are missing or differ from what they must hold. */
export function staleFiles(root: string, files: GeneratedFiles): string[] {
  const current = (file: string): string | undefined =>
    existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : undefined;
  return [...files].filter(([file, content]) => current(file) !== content).map(([file]) => file);
}

/** Writes the generated files that differ and returns their paths. */
export function writeGenerated(root: string, files: GeneratedFiles): string[] {
  const stale = staleFiles(root, files);
  for (const file of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), files.get(file) ?? "");
  }
  return stale;
}

/** `generate`: writes what differs, or with `check` only names it. */
export async function generate(root: string, options: { check?: boolean; json?: boolean }): Promise<number> {
  const files = await generatedFiles(root);
  const stale = options.check === true ? staleFiles(root, files) : writeGenerated(root, files);
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ schema: "slipway/generate@1", written: options.check !== true, files: stale })}\n`,
    );
  else {
    for (const file of stale) process.stdout.write(`${options.check === true ? "differs" : "wrote"}  ${file}\n`);
    if (stale.length === 0) process.stdout.write("everything generated is up to date\n");
    else if (options.check === true) process.stdout.write("run `./slipway generate`\n");
  }
  return options.check === true && stale.length > 0 ? 1 : 0;
}
