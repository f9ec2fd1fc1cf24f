import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pluginsOf, type WorkspacePackage } from "../workspace.ts";

/** Files by their path from the root, with what they must hold. */
export type GeneratedFiles = ReadonlyMap<string, string>;

const PLUGIN_PACKAGE = /^@slipway\/(check|vendor|step|scheduler)-/;

/** Kinds of plugins the catalog has a registry of, with the type of the SDK that each kind exports. */
const KINDS = [
  { kind: "check", type: "Check", registry: "checks" },
  { kind: "vendor", type: "Vendor", registry: "vendors" },
  { kind: "step", type: "Step", registry: "steps" },
] as const;

type Plugin = WorkspacePackage & { readonly id: string };

/** The registries and the dependencies of packages/catalog, from the `slipway` field of each plugin's package.json. */
export function catalogFiles(root: string, packages: readonly WorkspacePackage[]): GeneratedFiles {
  for (const { dir, manifest } of packages) {
    const kind = manifest.slipway?.kind;
    if (kind !== undefined && !KINDS.some((known) => known.kind === kind))
      throw new Error(`${dir}/package.json: the catalog has no registry of the kind ${kind}`);
  }
  const byKind = KINDS.map((known) => ({ ...known, plugins: sorted(packages, known.kind) }));
  return new Map([
    ["packages/catalog/src/generated.ts", header(byKind.map(({ type }) => type)) + byKind.map(registry).join("")],
    [
      "packages/catalog/package.json",
      catalogManifest(
        root,
        byKind.flatMap(({ plugins }) => plugins),
      ),
    ],
  ]);
}

function sorted(packages: readonly WorkspacePackage[], kind: string): readonly Plugin[] {
  const plugins = pluginsOf(packages, kind).sort((a, b) => (a.id < b.id ? -1 : 1));
  plugins.forEach(({ id, dir }, index) => {
    if (plugins[index + 1]?.id === id)
      throw new Error(`${dir} and ${plugins[index + 1]?.dir ?? ""} both declare the ${kind} ${id}`);
  });
  return plugins;
}

const header = (types: readonly string[]): string =>
  `// Made by \`./slipway generate\` from the \`slipway\` field of each plugin's package.json. Not edited by hand.
import type { ${types.join(", ")} } from "@slipway/plugin-sdk";
`;

function registry({
  kind,
  type,
  registry: name,
  plugins,
}: (typeof KINDS)[number] & { readonly plugins: readonly Plugin[] }): string {
  const ids = plugins.map(({ id }) => JSON.stringify(id)).join(" | ") || "never";
  const rows = plugins.map(
    ({ id, manifest }) => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(manifest.name)}),\n`,
  );
  return `
export type ${type}Id = ${ids};

/** Every ${kind} by its id, imported when it is asked for. */
export const ${name}: Readonly<Record<${type}Id, () => Promise<{ readonly default: ${type} }>>> = {
${rows.join("")}};
`;
}

function catalogManifest(root: string, plugins: readonly WorkspacePackage[]): string {
  const text = readFileSync(join(root, "packages/catalog/package.json"), "utf8");
  const manifest = JSON.parse(text) as { dependencies: Record<string, string> };
  const others = Object.entries(manifest.dependencies).filter(([name]) => !PLUGIN_PACKAGE.test(name));
  const added = plugins.map((unit): [string, string] => [unit.manifest.name, "workspace:*"]);
  const dependencies = Object.fromEntries([...others, ...added].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...manifest, dependencies }, null, 2)}\n`;
}
