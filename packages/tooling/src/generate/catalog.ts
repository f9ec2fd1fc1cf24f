import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pluginsOf, type WorkspacePackage } from "../workspace.ts";

/** Files by their path from the root, with what they must hold. */
export type GeneratedFiles = ReadonlyMap<string, string>;

const PLUGIN_PACKAGE = /^@slipway\/(check|vendor|step|scheduler)-/;

/** The registry and the dependencies of packages/catalog, from the `slipway` field of each plugin's package.json. */
export function catalogFiles(root: string, packages: readonly WorkspacePackage[]): GeneratedFiles {
  for (const { dir, manifest } of packages) {
    const kind = manifest.slipway?.kind;
    if (kind !== undefined && kind !== "check")
      throw new Error(`${dir}/package.json: the catalog has no registry of the kind ${kind}`);
  }
  const checks = pluginsOf(packages, "check").sort((a, b) => (a.id < b.id ? -1 : 1));
  checks.forEach(({ id, dir }, index) => {
    if (checks[index + 1]?.id === id)
      throw new Error(`${dir} and ${checks[index + 1]?.dir ?? ""} both declare the check ${id}`);
  });
  return new Map([
    ["packages/catalog/src/generated.ts", registry(checks)],
    ["packages/catalog/package.json", catalogManifest(root, checks)],
  ]);
}

function registry(checks: readonly (WorkspacePackage & { id: string })[]): string {
  const ids = checks.map(({ id }) => JSON.stringify(id)).join(" | ") || "never";
  const rows = checks.map(
    ({ id, manifest }) => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(manifest.name)}),\n`,
  );
  return `// Made by \`pnpm generate\` from the \`slipway\` field of each plugin's package.json. Not edited by hand.
import type { Check } from "@slipway/plugin-sdk";

export type CheckId = ${ids};

/** Every check by its id, imported when it is asked for. */
export const checks: Readonly<Record<CheckId, () => Promise<{ readonly default: Check }>>> = {
${rows.join("")}};
`;
}

function catalogManifest(root: string, checks: readonly WorkspacePackage[]): string {
  const text = readFileSync(join(root, "packages/catalog/package.json"), "utf8");
  const manifest = JSON.parse(text) as { dependencies: Record<string, string> };
  const others = Object.entries(manifest.dependencies).filter(([name]) => !PLUGIN_PACKAGE.test(name));
  const plugins = checks.map((unit): [string, string] => [unit.manifest.name, "workspace:*"]);
  const dependencies = Object.fromEntries([...others, ...plugins].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...manifest, dependencies }, null, 2)}\n`;
}
