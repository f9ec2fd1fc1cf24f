import { existsSync, globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** The checkout this package lies in. */
export const repositoryRoot = join(import.meta.dirname, "..", "..", "..");

const Dependencies = z.record(z.string(), z.string()).default({});

/** What tooling reads of a package.json; the rest is left alone. */
const Manifest = z.object({
  name: z.string(),
  private: z.boolean().default(false),
  exports: z.record(z.string(), z.unknown()).default({}),
  slipway: z.object({ kind: z.string(), id: z.string() }).optional(),
  dependencies: Dependencies,
  devDependencies: Dependencies,
  peerDependencies: Dependencies,
});
export type Manifest = z.output<typeof Manifest>;

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Folder from the root, with `/` between its parts: `plugins/checks/ib-xdr`. */
  readonly dir: string;
  readonly manifest: Manifest;
}

/** The packages that pnpm-workspace.yaml's globs find, sorted by folder. */
export function readWorkspace(root: string): WorkspacePackage[] {
  const { packages } = z
    .object({ packages: z.array(z.string()) })
    .parse(parse(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")));
  return globSync(packages, { cwd: root })
    .filter((dir) => existsSync(join(root, dir, "package.json")))
    .map((dir) => ({ dir: dir.split(sep).join("/"), manifest: readManifest(join(root, dir, "package.json")) }))
    .sort((a, b) => (a.dir < b.dir ? -1 : 1));
}

function readManifest(file: string): Manifest {
  const parsed = Manifest.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${file}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`);
}

/** The plugins among packages: those that declare themselves by the `slipway` field. */
export function pluginsOf(packages: readonly WorkspacePackage[], kind: string): (WorkspacePackage & { id: string })[] {
  return packages.flatMap((unit) =>
    unit.manifest.slipway?.kind === kind ? [{ ...unit, id: unit.manifest.slipway.id }] : [],
  );
}

/** Source files of a folder, tests included, from the root. Templates and examples are data, not source. */
export function sourceFiles(root: string, dir: string): string[] {
  return globSync(["src/**/*.{ts,tsx}", "test/**/*.{ts,tsx}", "*.ts"], {
    cwd: join(root, dir),
    exclude: ["**/node_modules", "**/dist"],
  })
    .map((file) => `${dir}/${file.split(sep).join("/")}`)
    .sort();
}

export function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || /^(packages|apps|plugins\/[^/]+)\/[^/]+\/test\//.test(file);
}
