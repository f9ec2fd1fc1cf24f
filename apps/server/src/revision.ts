import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { promisify } from "node:util";
import { SlipwayError } from "@slipway/plugin-sdk";
import { dataFolder } from "@slipway/store";
import type { Plugin } from "esbuild";
import { bundleCheck, type CheckBuild } from "./builds.ts";

const run = promisify(execFile);

/** The working tree, as people name it. */
export const WORKING_TREE = ".";

/** Variables that would point git at another repository, as in a hook. */
const POINTERS = new Set([
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
]);

/** git, never through a shell, and without the repository's hooks. @returns its output, or undefined when it refuses */
async function git(root: string, ...args: readonly string[]): Promise<string | undefined> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !POINTERS.has(name)));
  try {
    const { stdout } = await run("git", ["-C", root, "-c", "core.hooksPath=/dev/null", ...args], {
      env,
      maxBuffer: 2 ** 26,
    });
    return stdout.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new SlipwayError("config", "git is not on this machine");
    return undefined;
  }
}

/**
 * The commit that a revision means. Whatever is typed reaches git as a revision alone.
 *
 * @throws SlipwayError of kind `input` for what names no commit, and outside a checkout
 */
export async function commitOf(root: string, revision: string): Promise<string> {
  if ((await git(root, "rev-parse", "--git-dir")) === undefined)
    throw new SlipwayError("input", "this is no git checkout, so there is no revision to compare with");
  const sound = revision !== "" && !/\p{Cc}/u.test(revision);
  const commit = sound
    ? await git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`)
    : undefined;
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit))
    throw new SlipwayError("input", `${JSON.stringify(revision)}: git knows no such commit`);
  return commit;
}

/**
 * Where a change left what it goes into: the merge-base with the upstream, else with the default branch.
 * A revision that is on it already is compared with the commit before, the working tree with the last one.
 *
 * @param revision the changed side, {@link WORKING_TREE} for what is not committed
 */
export async function changeBase(root: string, revision: string): Promise<string> {
  const own = await commitOf(root, revision === WORKING_TREE ? "HEAD" : revision);
  for (const trunk of ["@{upstream}", "origin/HEAD", "origin/main", "origin/master", "main", "master"]) {
    const base = await git(root, "merge-base", "--", own, trunk);
    if (base === undefined || base === "") continue;
    if (base !== own) return base;
    break;
  }
  if (revision === WORKING_TREE) return own;
  return (await git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${own}~1`)) ?? own;
}

/** The files of a revision. */
export interface Revision {
  readonly dir: string;
  /** Undefined for the working tree. */
  readonly commit: string | undefined;
  /** In words, for a report. */
  readonly label: string;
}

/** Lends the files of a revision, out of a git worktree that is gone afterwards; the working tree as it is. */
export async function withRevision<T>(
  root: string,
  revision: string,
  work: (tree: Revision) => Promise<T>,
): Promise<T> {
  if (revision === WORKING_TREE) return work({ dir: root, commit: undefined, label: "working tree" });
  const commit = await commitOf(root, revision);
  const folder = join(dataFolder(), "worktrees");
  mkdirSync(folder, { recursive: true });
  await removeDead(root, folder);
  const home = mkdtempSync(join(folder, `${String(process.pid)}-`));
  const dir = join(home, "tree");
  try {
    if ((await git(root, "worktree", "add", "--detach", "--quiet", dir, commit)) === undefined)
      throw new SlipwayError("config", `git cannot lay out ${commit.slice(0, 12)} in ${folder}`);
    return await work({
      dir,
      commit,
      label: `${revision === commit ? "" : `${revision} `}(${commit.slice(0, 12)})`.replace(/^\((.*)\)$/, "$1"),
    });
  } finally {
    await remove(root, home);
  }
}

async function remove(root: string, home: string): Promise<void> {
  await git(root, "worktree", "remove", "--force", join(home, "tree"));
  rmSync(home, { recursive: true, force: true });
  await git(root, "worktree", "prune");
}

/** Worktrees of processes that were killed before they could tidy up. */
async function removeDead(root: string, folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    try {
      process.kill(Number.parseInt(name, 10), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") await remove(root, join(folder, name));
    }
  }
}

/**
 * A check of a revision as one file. Packages of the house are those of the revision; packages from
 * outside are those that this checkout has installed.
 *
 * @returns undefined when the revision has no such check
 * @throws SlipwayError of kind `config` for one that cannot be built
 */
export async function buildCheckAt(root: string, tree: Revision, id: string): Promise<CheckBuild | undefined> {
  const folder = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ? join(tree.dir, "plugins", "checks", id) : undefined;
  const entry = folder === undefined ? undefined : entryOf(folder);
  return entry === undefined
    ? undefined
    : bundleCheck(id, entry, {
        plugins: [housePackages(root, tree.dir)],
        place: join(root, relative(tree.dir, entry)),
      });
}

/** The source that a package's `exports` name, where there is such a package. */
function entryOf(folder: string, subpath = "."): string | undefined {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return undefined;
  const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as {
    readonly exports?: Readonly<Record<string, unknown>>;
  };
  const file = exports?.[subpath];
  return typeof file === "string" ? join(folder, file) : undefined;
}

/** Resolves `@slipway/…` in a tree, and everything else as the same file of this checkout would. */
function housePackages(root: string, tree: string): Plugin {
  return {
    name: "house-packages",
    setup(build) {
      build.onResolve({ filter: /^@slipway\// }, ({ path }) => {
        const [, name = "", ...rest] = path.split("/");
        const kind = /^(check|vendor|step)-(.+)$/.exec(name);
        const folder =
          kind === null ? join(tree, "packages", name) : join(tree, "plugins", `${kind[1] ?? ""}s`, kind[2] ?? "");
        const file = entryOf(folder, rest.length === 0 ? "." : `./${rest.join("/")}`);
        return file === undefined
          ? { errors: [{ text: `${path}: there is no such package at this revision` }] }
          : { path: file };
      });
      build.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, pluginData }) => {
        if (pluginData === build || importer === "") return undefined;
        const within = relative(tree, dirname(importer));
        // An installed package finds its own.
        if (within.startsWith("..") || isAbsolute(within)) return undefined;
        const place = join(root, within);
        // Where this checkout has no such folder, or has nothing installed: what the SDK uses, and what this program does.
        const from = [place, join(root, "packages", "plugin-sdk"), import.meta.dirname].filter((dir) =>
          existsSync(dir),
        );
        let found = await build.resolve(path, { resolveDir: from[0] ?? root, kind, importer, pluginData: build });
        for (const resolveDir of from.slice(1)) {
          if (found.errors.length === 0) break;
          found = await build.resolve(path, { resolveDir, kind, importer, pluginData: build });
        }
        return found;
      });
    },
  };
}

/** A file of this checkout in a revision; undefined when it is not there. @throws SlipwayError of kind `input` for a file of elsewhere */
export function placeAt(root: string, { dir }: Revision, file: string): string | undefined {
  const path = relative(root, file);
  if (path === "" || path.startsWith("..") || isAbsolute(path))
    throw new SlipwayError("input", `${file}: lies outside this checkout, so no revision has it`, {
      hint: "name a file with --against",
    });
  const there = join(dir, path);
  return existsSync(there) ? there : undefined;
}
