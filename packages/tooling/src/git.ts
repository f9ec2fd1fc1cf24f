import { SlipwayError } from "@slipway/plugin-sdk";
import { runTool } from "./run-tool.ts";

/** What `git hash-object` gives an empty tree: the base of a repository's first commit. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

async function git(root: string, ...args: readonly string[]): Promise<string | undefined> {
  const { exitCode, output } = await runTool("git", args, { cwd: root });
  return exitCode === 0 ? output.trim() : undefined;
}

/**
 * What changed since a base: commits since then, what is not committed, and what git does not know yet.
 *
 * @param base a revision; without it the point where the branch left its upstream, else the commit
 *   before the last
 * @returns paths from the root, sorted
 * @throws SlipwayError of kind `input` outside a checkout, or for a revision that git does not know
 */
export async function changedFiles(root: string, base?: string): Promise<{ base: string; files: string[] }> {
  if ((await git(root, "rev-parse", "--is-inside-work-tree")) === undefined) {
    throw new SlipwayError("input", "this is no git checkout, so nothing says what changed", {
      hint: "name a plugin or a path",
    });
  }
  const since =
    base === undefined
      ? await defaultBase(root)
      : await git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${base}^{commit}`);
  if (since === undefined) throw new SlipwayError("input", `--base ${base ?? ""}: git knows no such commit`);
  const committed = await git(root, "diff", "--name-only", "-z", since, "--");
  const untracked = await git(root, "ls-files", "--others", "--exclude-standard", "-z");
  const files = `${committed ?? ""}\0${untracked ?? ""}`.split("\0").filter((file) => file !== "");
  return { base: base ?? since.slice(0, 12), files: [...new Set(files)].sort() };
}

/** A file as it was at a revision; undefined where it was not there. */
export async function fileAt(root: string, revision: string, file: string): Promise<string | undefined> {
  return git(root, "cat-file", "blob", `${revision}:${file}`);
}

async function defaultBase(root: string): Promise<string> {
  return (
    (await git(root, "merge-base", "HEAD", "@{upstream}")) ??
    (await git(root, "rev-parse", "--verify", "--quiet", "HEAD~1")) ??
    EMPTY_TREE
  );
}
