import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize, toBundleFiles } from "@slipway/synth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectDocumented } from "./documented.ts";
import { repositoryRoot, slipway, type CliRun } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-backtest-cli-"));
const clone = join(folder, "clone");
const bundles = join(folder, "bundles");
const data = join(folder, "data");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const git = (...args: string[]): string =>
  execFileSync(
    "git",
    [
      "-C",
      clone,
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
const backtest = (...args: string[]): Promise<CliRun> =>
  slipway(["backtest", ...args], { env: { SLIPWAY_ROOT: clone, SLIPWAY_DATA: data, SLIPWAY_FLEET: undefined } });
const JUDGE = "plugins/checks/hypervisor/src/judge.ts";

/** Three nodes: two are well, of the third the hypervisor is not the expected one. */
function writeBundles(): void {
  for (const [name, seed, virt] of [
    ["a", 1, undefined],
    ["b", 2, undefined],
    ["c", 3, "kvm"],
  ] as const) {
    const dir = join(bundles, name);
    mkdirSync(dir, { recursive: true });
    const files = toBundleFiles(synthesize({ seed }));
    if (virt !== undefined) files["virt.out"] = `${virt}\n`;
    for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  }
}

/**
 * A repository of its own with the files that a check is built from, and two commits: in the second the check passes
 * what it failed, and fails on another answer.
 */
beforeAll(() => {
  writeBundles();
  for (const part of ["packages/domain", "packages/plugin-sdk", "plugins/checks/hypervisor", "fleet"])
    cpSync(join(repositoryRoot, part), join(clone, part), {
      recursive: true,
      filter: (path) => !/node_modules|dist|examples|\.turbo/.test(path.slice(repositoryRoot.length)),
    });
  execFileSync("git", ["init", "--quiet", "--initial-branch", "trunk", clone]);
  git("add", ".");
  git("commit", "--quiet", "--message", "first");
  git("tag", "base");
  const before = readFileSync(join(clone, JUDGE), "utf8");
  const after = before.replace("expected.some((name) => isWord(answer, name))", '(answer === "kvm")');
  expect(after).not.toBe(before);
  writeFileSync(join(clone, JUDGE), after);
  git("commit", "--quiet", "--all", "--message", "second");
}, 60_000);

describe("backtest of a check", () => {
  it("builds the check at both revisions, reports flipped verdicts, and removes its working folders", async () => {
    const markdown = join(folder, "report.md");
    const run = await backtest(
      "--check",
      "hypervisor@HEAD",
      "--against",
      "base",
      "--evidence",
      bundles,
      "--json",
      "--markdown",
      markdown,
      "--threads",
      "2",
    );
    expectDocumented("backtest", run);
    const documents = run.documents();
    expect([run.status, documents.map(({ schema, bundle, before, after }) => [schema, bundle, before, after])]).toEqual(
      [
        0,
        [
          ["slipway/backtest-flip@1", "a", "pass", "fail"],
          ["slipway/backtest-flip@1", "b", "pass", "fail"],
          ["slipway/backtest-flip@1", "c", "fail", "pass"],
          ["slipway/backtest@1", undefined, undefined, undefined],
        ],
      ],
    );
    expect(documents[2]).toMatchObject({
      findings_before: [{ check: "hypervisor", code: "virt-unexpected", observed: "kvm" }],
      findings_after: [],
    });
    expect(documents[3]).toMatchObject({
      judged: 3,
      unchanged: 0,
      flips: { "fail→pass": 1, "pass→fail": 2 },
      evidence_missing: 0,
      probe_missing: 0,
      errors: 0,
      change: { before: { label: `base (${git("rev-parse", "--short=12", "base")})` } },
    });
    const text = readFileSync(markdown, "utf8");
    expect(text).toContain("## Backtest of check hypervisor");
    expect(text).toContain("1 fail→pass, 2 pass→fail");
    expect(text).toContain("hypervisor/virt-unexpected");
    expect(text).toContain("### Not known");
    expect(git("worktree", "list").split("\n")).toHaveLength(1);
    expect(readdirSync(join(data, "worktrees"))).toEqual([]);
  }, 60_000);

  it("compares with the merge-base by itself, and exits 1 on a flip where asked", async () => {
    const run = await backtest("--check", "hypervisor@HEAD", "--evidence", bundles, "--json", "--fail-on-flip");
    expect([run.status, run.documents().length]).toEqual([1, 4]);
    expect(run.documents()[3]).toMatchObject({
      change: { before: { label: `merge-base (${git("rev-parse", "--short=12", "base")})` } },
    });
    const same = await backtest(
      "--check",
      "hypervisor@.",
      "--against",
      "HEAD",
      "--evidence",
      bundles,
      "--fail-on-flip",
    );
    expect([same.status, same.stdout]).toEqual([0, expect.stringContaining("flips: none")]);
    expect(same.stdout).toContain("both sides are the same build");
  }, 60_000);

  it("refuses text that is no revision, and never runs it", async () => {
    const run = await backtest(
      "--check",
      "hypervisor@--upload-pack=touch x",
      "--against",
      "base",
      "--evidence",
      bundles,
      "--json",
    );
    expect([run.status, run.stdout, run.stderr]).toEqual([3, "", expect.stringContaining("git knows no such commit")]);
    expect((await backtest("--check", "hypervisor@base", "--against=$(touch x)", "--evidence", bundles)).status).toBe(
      3,
    );
    expect(existsSync(join(clone, "x"))).toBe(false);
  }, 60_000);

  it("resumes a run by its name, and refuses to resume it with another question", async () => {
    const asked = [
      "--check",
      "hypervisor@HEAD",
      "--against",
      "base",
      "--evidence",
      bundles,
      "--resume",
      "mine",
      "--json",
    ];
    const first = await backtest(...asked);
    const journal = join(data, "backtests", "mine.jsonl");
    const lines = readFileSync(journal, "utf8").split("\n");
    writeFileSync(journal, `${lines.slice(0, 2).join("\n")}\n{"torn`);
    expect((await backtest("--resume", "mine", "--json")).stdout).toBe(first.stdout);
    const other = await backtest("--check", "hypervisor@base", "--resume", "mine", "--json");
    expect([other.status, other.stderr]).toEqual([
      3,
      expect.stringContaining("the run mine asks something else: its --check"),
    ]);
    expect((await backtest("--resume", "nobody")).stderr).toContain("there is no run nobody");
  }, 60_000);
});

describe("usage", () => {
  it.each([
    [[], "one of --check, --expect and --policy"],
    [["--check", "hypervisor"], "has to be a check and a revision"],
    [["--check", "nosuch@HEAD", "--against", "base", "--evidence", bundles], "has no check nosuch"],
    [
      ["--check", "hypervisor@HEAD", "--by", "owner", "--evidence", bundles],
      "has to be of vendor, sku, cluster, segment",
    ],
    [["--check", "hypervisor@HEAD", "--against", "base", "--evidence", join(folder, "none")], "cannot be read"],
    [
      [
        "--check",
        "hypervisor@HEAD",
        "--against",
        "base",
        "--evidence",
        bundles,
        "--markdown",
        join(folder, "none", "report.md"),
      ],
      "report.md: cannot be written (ENOENT)",
    ],
  ] as const)(
    "%j exits 3",
    async (args, message) => {
      const run = await backtest(...args, "--json");
      expect([run.status, run.stdout]).toEqual([3, ""]);
      expect(run.stderr).toContain(message);
    },
    60_000,
  );
});

describe("backtest of files", () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    return path;
  };

  it("judges by one other expectations file in place of all files", async () => {
    const expect1 = file("one.yaml", "checks: [hypervisor]\nhypervisor: { virt: [kvm] }\n");
    const expect2 = file("two.yaml", "checks: [hypervisor]\nhypervisor: { virt: [microsoft] }\n");
    const run = await backtest("--expect", expect2, "--against", expect1, "--evidence", bundles, "--json");
    expect([run.status, run.stderr.includes("error")]).toEqual([0, false]);
    expect(run.documents().at(-1)).toMatchObject({
      judged: 3,
      flips: { "fail→pass": 2, "pass→fail": 1 },
      change: { kind: "expectation", name: "two.yaml", before: { label: "one.yaml" } },
    });
    const wrong = await backtest("--expect", file("three.yaml", "hypervisr: {}\n"), "--evidence", bundles);
    expect([wrong.status, wrong.stderr]).toEqual([3, expect.stringContaining("hypervisr: is no known section")]);
  }, 60_000);

  it("judges by a lane that drops a check", async () => {
    const lane = (name: string, checks: string): string =>
      file(name, `schema: slipway/lane@1\nlane: slow\nkind: slow\npasses: 12\nchecks: [${checks}]\n`);
    const run = await backtest(
      "--policy",
      lane("next.yaml", "xid"),
      "--against",
      lane("now.yaml", "hypervisor, xid"),
      "--evidence",
      bundles,
      "--json",
    );
    expect(run.documents().map(({ bundle, before, after }) => [bundle, before, after])).toEqual([
      ["c", "fail", "pass"],
      [undefined, undefined, undefined],
    ]);
    expect(run.documents().at(-1)).toMatchObject({ unit: "bundle", judged: 3, flips: { "fail→pass": 1 } });
  }, 60_000);
});

it("a backtest without evidence needs a database, and starts none", () => {
  const run = spawnSync(
    process.execPath,
    [join(repositoryRoot, "apps/cli/src/main.ts"), "backtest", "--check", "hypervisor@HEAD", "--json"],
    {
      encoding: "utf8",
      env: {
        ...process.env,
        SLIPWAY_ROOT: clone,
        SLIPWAY_DATA: join(folder, "empty"),
        SLIPWAY_DATABASE_URL: undefined,
      },
    },
  );
  expect([run.status, run.stdout]).toEqual([3, ""]);
}, 60_000);
