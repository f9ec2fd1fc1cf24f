import { existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { SlipwayError } from "@slipway/plugin-sdk";
import { changedFiles, fileAt } from "../git.ts";
import { readWorkspace, type WorkspacePackage } from "../workspace.ts";
import { changedImporters } from "./lockfile.ts";

/** What is verified. */
export interface Targets {
  /** Folders from the root, sorted; packages, and `bench`. */
  readonly dirs: readonly string[];
  /** Every folder there is. */
  readonly all: boolean;
  /** Why these, in words. */
  readonly reason: string;
}

/** A change here can redden any package. */
const SHARED = ["packages/domain", "packages/plugin-sdk", "packages/evidence", "packages/testkit"];
/** Folders that are no package, and who reads them. */
const READERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^bench\//, ["bench"]],
  [/^(docs|\.changeset|\.ci)\/|^[^/]+\.md$|^LICENSE$|^knip\.json$|^slipway/, ["packages/tooling"]],
  [/^plugins\//, ["packages/tooling", "packages/catalog"]],
  [
    /^fleet\//,
    ["apps/cli", "apps/server", "packages/nodes", "packages/runner", "packages/simulation", "packages/tooling"],
  ],
];
const LOCKFILE = "pnpm-lock.yaml";
/** Who reads the dependencies of every package. */
const READERS_OF_DEPENDENCIES = ["packages/catalog", "packages/tooling"];

function allTargets(packages: readonly WorkspacePackage[], root: string, reason: string): Targets {
  const dirs = packages.map(({ dir }) => dir);
  return { dirs: existsSync(join(root, "bench")) ? ["bench", ...dirs] : dirs, all: true, reason };
}

/**
 * Resolves what the caller named: ids of plugins, names or folders of packages, or paths inside them.
 *
 * @param cwd folder that relative paths start from
 * @throws SlipwayError of kind `input` for a name that nothing has
 */
export function namedTargets(root: string, names: readonly string[], cwd: string): Targets {
  const packages = readWorkspace(root);
  const dirs = new Set<string>();
  for (const name of names) {
    const unit =
      packages.find(({ dir, manifest }) => name === manifest.slipway?.id || name === manifest.name || name === dir) ??
      packageAt(packages, root, resolve(cwd, name)) ??
      packageAt(packages, root, resolve(root, name));
    if (unit === undefined) throw unknownTarget(packages, root, name, cwd);
    if (unit === "root") return allTargets(packages, root, "the whole repository was named");
    dirs.add(typeof unit === "string" ? unit : unit.dir);
  }
  return { dirs: [...dirs].sort(), all: false, reason: "named" };
}

function packageAt(
  packages: readonly WorkspacePackage[],
  root: string,
  path: string,
): WorkspacePackage | "root" | "bench" | undefined {
  if (!existsSync(path)) return undefined;
  const inside = relative(root, path).split(sep).join("/");
  if (inside === "") return "root";
  if (isAbsolute(inside) || inside.startsWith("..")) return undefined;
  if (inside === "bench" || inside.startsWith("bench/")) return "bench";
  return packages.find(({ dir }) => inside === dir || inside.startsWith(`${dir}/`));
}

function unknownTarget(packages: readonly WorkspacePackage[], root: string, name: string, cwd: string): SlipwayError {
  const ids = packages.flatMap(({ manifest }) => (manifest.slipway === undefined ? [] : [manifest.slipway.id]));
  const isFolder = [resolve(cwd, name), resolve(root, name)].some(
    (path) => existsSync(path) && statSync(path).isDirectory(),
  );
  return new SlipwayError(
    "input",
    `${name}: ${isFolder ? "no package lies there" : "no plugin has this id, and no file this path"}`,
    { hint: `plugins: ${ids.join(", ")}` },
  );
}

/** What git says changed, widened to everything when a shared package or a root config did. */
export async function changedTargets(root: string, base?: string): Promise<Targets> {
  const { files, ...changed } = await changedFiles(root, base);
  const before = files.includes(LOCKFILE) ? await fileAt(root, changed.base, LOCKFILE) : undefined;
  const lockfile = join(root, LOCKFILE);
  const importers =
    before === undefined || !existsSync(lockfile)
      ? undefined
      : changedImporters(before, readFileSync(lockfile, "utf8"));
  return targetsOfChanges(root, {
    files,
    importers,
    reason: `${String(files.length)} files changed since ${changed.base}`,
  });
}

/** Files that changed, and what is known of them. */
export interface Changes {
  readonly files: readonly string[];
  /** Packages whose dependencies are all that changed of the lockfile; absent where more did. */
  readonly importers?: readonly string[] | undefined;
  readonly reason: string;
}

/** The folders that a set of changed files concerns. */
export function targetsOfChanges(root: string, { files, importers, reason }: Changes): Targets {
  const packages = readWorkspace(root);
  const packageOf = (file: string): string | undefined => packages.find(({ dir }) => file.startsWith(`${dir}/`))?.dir;
  const changedDirs = new Set(files.map(packageOf));
  const readersOf = (file: string): readonly string[] | undefined =>
    file === LOCKFILE && importers?.every((dir) => changedDirs.has(dir)) === true
      ? READERS_OF_DEPENDENCIES
      : READERS.find(([pattern]) => pattern.test(file))?.[1];
  const dirs = new Set<string>();
  for (const file of files) {
    const own = packageOf(file);
    const readers = own === undefined ? readersOf(file) : [own];
    if (readers === undefined || SHARED.some((dir) => readers.includes(dir)))
      return allTargets(packages, root, `${reason}, ${file} among them, which concerns all`);
    for (const dir of readers) dirs.add(dir);
  }
  return { dirs: [...dirs].sort(), all: false, reason };
}
