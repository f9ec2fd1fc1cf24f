import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { changeBase, commitOf, placeAt, withRevision } from "./revision.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-revision-"));
const root = join(folder, "clone");
const git = (...args: string[]): string =>
  execFileSync(
    "git",
    [
      "-C",
      root,
      "-c",
      "user.name=t",
      "-c",
      "user.email=t@example.org",
      "-c",
      "commit.gpgsign=false",
      "-c",
      "core.hooksPath=/dev/null",
      ...args,
    ],
    { encoding: "utf8" },
  ).trim();
const commit = (text: string): string => {
  writeFileSync(join(root, "file"), text);
  git("add", ".");
  git("commit", "--quiet", "--message", text);
  return git("rev-parse", "HEAD");
};
let first = "";
let second = "";

beforeAll(() => {
  vi.stubEnv("SLIPWAY_DATA", join(folder, "data"));
  mkdirSync(root);
  execFileSync("git", ["init", "--quiet", "--initial-branch", "main", root]);
  first = commit("first");
  second = commit("second");
  // A hook of the repository, and one that the environment would bring, stay out of it.
  mkdirSync(join(root, ".git/hooks"), { recursive: true });
  writeFileSync(join(root, ".git/hooks/post-checkout"), `#!/bin/sh\ntouch ${join(folder, "hooked")}\n`, {
    mode: 0o755,
  });
});
afterEach(() => {
  expect(existsSync(join(folder, "hooked"))).toBe(false);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  "",
  "--help",
  "--upload-pack=touch x",
  "HEAD; touch x",
  "$(touch x)",
  "HEAD..main",
  "HEAD^{tree}",
  "HEAD\nmain",
  "HEAD\0main",
  "-",
  "nowhere",
  ":file",
  "@{-9}",
])("%j is refused as a revision", async (revision) => {
  await expect(commitOf(root, revision)).rejects.toThrow("git knows no such commit");
  await expect(withRevision(root, revision, () => Promise.resolve("lent"))).rejects.toThrow("git knows no such commit");
  expect(existsSync(join(root, "x"))).toBe(false);
});

it("any name that git resolves to one commit is taken as a revision", async () => {
  for (const revision of ["HEAD", "main", second.slice(0, 10), "HEAD@{0}", "HEAD^{/second}"])
    expect(await commitOf(root, revision)).toBe(second);
  expect(await commitOf(root, "HEAD~1")).toBe(first);
  await expect(commitOf(folder, "HEAD")).rejects.toThrow("this is no git checkout");
});

it("the checkout of a revision is removed after use, also after an error or a change in it", async () => {
  const home = join(folder, "data", "worktrees");
  const seen = await withRevision(root, "HEAD~1", async (tree) => {
    expect(git("worktree", "list").split("\n")).toHaveLength(2);
    expect(placeAt(root, tree, join(root, "none"))).toBeUndefined();
    expect(() => placeAt(root, tree, join(folder, "elsewhere"))).toThrow("lies outside this checkout");
    return [readFileSync(placeAt(root, tree, join(root, "file")) ?? "", "utf8"), tree.label];
  });
  expect(seen).toEqual(["first", `HEAD~1 (${first.slice(0, 12)})`]);
  await expect(withRevision(root, "HEAD", () => Promise.reject(new Error("planted")))).rejects.toThrow("planted");
  expect(await withRevision(root, ".", async (tree) => [tree.dir, tree.label])).toEqual([root, "working tree"]);
  expect([git("worktree", "list").split("\n").length, readdirSync(home)]).toEqual([1, []]);
});

it("checkouts that a killed process left are removed", async () => {
  const home = join(folder, "data", "worktrees");
  const dead = join(home, "999999999-x");
  mkdirSync(dead, { recursive: true });
  git("worktree", "add", "--detach", "--quiet", join(dead, "tree"), first);
  await withRevision(root, "HEAD", async () => {
    expect(readdirSync(home).filter((name) => name.startsWith("999999999"))).toEqual([]);
  });
  expect(git("worktree", "list").split("\n")).toHaveLength(1);
});

it("the base of a comparison is the merge base for a branch, the parent for a commit of the default branch, and HEAD for the working tree", async () => {
  expect(await changeBase(root, "HEAD")).toBe(first);
  expect(await changeBase(root, ".")).toBe(second);
  git("checkout", "--quiet", "-b", "change");
  const third = commit("third");
  expect(await changeBase(root, "HEAD")).toBe(second);
  expect(await changeBase(root, ".")).toBe(second);
  git("checkout", "--quiet", "main");
  expect(await changeBase(root, "change")).toBe(second);
  expect(third).not.toBe(second);
});
