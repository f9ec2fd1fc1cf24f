import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changedFiles, fileAt } from "../git.ts";
import { readWorkspace, repositoryRoot, sourceFiles } from "../workspace.ts";
import { namedTargets, targetsOfChanges } from "./targets.ts";

const named = (names: readonly string[], cwd = repositoryRoot): readonly string[] =>
  namedTargets(repositoryRoot, names, cwd).dirs;
const changesWith = (importers: readonly string[] | undefined, ...files: string[]): readonly string[] | "all" => {
  const targets = targetsOfChanges(repositoryRoot, { files, importers, reason: "a test" });
  return targets.all ? "all" : targets.dirs;
};
const changes = (...files: string[]): readonly string[] | "all" => changesWith(undefined, ...files);

describe("named targets", () => {
  it("are ids, packages, folders and files, from any folder", () => {
    expect(named(["ib-xdr"])).toEqual(["plugins/checks/ib-xdr"]);
    expect(named(["@slipway/tooling", "xid", "xid"])).toEqual(["packages/tooling", "plugins/checks/xid"]);
    expect(named(["packages/tooling/src/verify"])).toEqual(["packages/tooling"]);
    expect(named(["src/judge.ts"], join(repositoryRoot, "plugins/checks/ib-xdr"))).toEqual(["plugins/checks/ib-xdr"]);
    expect(named(["plugins/checks/xid"], tmpdir())).toEqual(["plugins/checks/xid"]);
    expect(namedTargets(repositoryRoot, ["."], repositoryRoot).all).toBe(true);
  });

  it("that nobody has are refused", () => {
    for (const name of ["gone", "docs", tmpdir(), "../.."]) expect(() => named([name])).toThrow(name);
  });
});

describe("targets of changes", () => {
  it("are the packages that changed", () => {
    expect(changes("plugins/checks/xid/src/judge.ts", "apps/cli/src/main.ts")).toEqual([
      "apps/cli",
      "plugins/checks/xid",
    ]);
    expect(changes()).toEqual([]);
  });

  it("are all when what everything stands on changed, or a root config", () => {
    for (const file of [
      "packages/domain/src/finding.ts",
      "packages/plugin-sdk/src/check.ts",
      "packages/evidence/src/judge.ts",
      "packages/testkit/package.json",
      "tsconfig.json",
      "pnpm-lock.yaml",
      ".oxlintrc.json",
    ])
      expect(changes("apps/cli/src/main.ts", file)).toBe("all");
  });

  it("are the tests of the pages when pages changed, and the catalog when a plugin went away", () => {
    expect(changes("docs/rules.md", "AGENTS.md")).toEqual(["packages/tooling"]);
    expect(changes("plugins/checks/gone/src/index.ts")).toEqual(["packages/catalog", "packages/tooling"]);
    expect(changes("bench/main.ts")).toEqual(["bench"]);
  });
});

describe("a lockfile that changed", () => {
  const files = ["plugins/checks/xid/package.json", "packages/catalog/package.json", "pnpm-lock.yaml"];
  const concerned = ["packages/catalog", "packages/tooling", "plugins/checks/xid"];

  it("concerns the packages that changed with it, the catalog and the tooling", () => {
    expect(changesWith(["plugins/checks/xid", "packages/catalog"], ...files)).toEqual(concerned);
    expect(changesWith([], ...files)).toEqual(concerned);
  });

  it("concerns all when the dependencies of the root or of a package without another change did, or more", () => {
    for (const importers of [["."], ["plugins/checks/xid", "apps/cli"], undefined])
      expect(changesWith(importers, ...files)).toBe("all");
  });

  it("concerns all all the same when a shared package changed with it", () => {
    expect(changesWith(["packages/domain"], "packages/domain/package.json", "pnpm-lock.yaml")).toBe("all");
  });
});

describe("the files of the fleet", () => {
  it("concern exactly the packages whose source names their folder", () => {
    const readers = readWorkspace(repositoryRoot).flatMap(({ dir }) => {
      const toFleet = /"(\.\.\/)+fleet[/"]|repositoryRoot, "fleet"/g;
      const files = sourceFiles(repositoryRoot, dir).filter((file) =>
        [...readFileSync(join(repositoryRoot, file), "utf8").matchAll(toFleet)].some(
          ([path]) => path.startsWith("repositoryRoot") || path.split("../").length > file.split("/").length - 1,
        ),
      );
      return files.length === 0 ? [] : [dir];
    });
    expect(changes("fleet/lanes/slow.yaml")).toEqual(readers);
  });
});

describe("what git says changed", () => {
  let root = "";
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args], {
      cwd: root,
    });
  const write = (file: string): void => writeFileSync(join(root, file), `${String(Math.random())}\n`);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "slipway-git-"));
    git("init", "-q", "-b", "main");
    mkdirSync(join(root, "sub"));
    for (const file of ["first", "second"]) {
      write(file);
      git("add", ".");
      git("commit", "-q", "-m", file);
    }
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("is the last commit, what is not committed, and what git does not know", async () => {
    write("first");
    write("sub/new file");
    expect((await changedFiles(root)).files).toEqual(["first", "second", "sub/new file"]);
    expect((await changedFiles(root, "HEAD")).files).toEqual(["first", "sub/new file"]);
  });

  it("can be read as it was, and nothing where it was not there", async () => {
    const first = readFileSync(join(root, "first"), "utf8").trim();
    write("first");
    expect(await fileAt(root, "HEAD", "first")).toBe(first);
    expect(await fileAt(root, "HEAD~1", "second")).toBeUndefined();
  });

  it("is everything since the branch left its upstream", async () => {
    git("switch", "-q", "-c", "topic", "--track", "main");
    write("third");
    git("add", ".");
    git("commit", "-q", "-m", "third");
    expect((await changedFiles(root)).files).toEqual(["third"]);
  });

  it("is everything in the first commit", async () => {
    git("update-ref", "HEAD", "HEAD~1");
    expect((await changedFiles(root)).files).toEqual(["first", "second"]);
  });

  it("is refused for a revision that is none, and outside a checkout", async () => {
    await expect(changedFiles(root, "--output=x")).rejects.toThrow("no such commit");
    await expect(changedFiles(tmpdir())).rejects.toThrow("no git checkout");
  });
});
