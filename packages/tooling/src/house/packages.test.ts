import { existsSync, globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { createProgram } from "../main.ts";
import { runTool } from "../run-tool.ts";
import { isTest, readWorkspace, repositoryRoot, sourceFiles } from "../workspace.ts";

const workspace = readWorkspace(repositoryRoot);

describe("the workspace", () => {
  it("holds every folder that has a package.json", async () => {
    const { output } = await runTool("git", [
      "ls-files",
      "-z",
      "--cached",
      "--others",
      "--exclude-standard",
      "--",
      "*package.json",
    ]);
    const folders = output
      .split("\0")
      .filter((file) => file !== "" && existsSync(join(repositoryRoot, file)))
      .map((file) => file.replace(/\/?package\.json$/, ""));
    expect(folders.sort()).toEqual(["", ...workspace.map(({ dir }) => dir)].sort());
  });

  it.each(workspace.map(({ dir }) => dir))("%s has a test run", (dir) => {
    const included = globSync(
      ["packages/*/{src,test}/**/*.test.ts", "plugins/*/*/src/**/*.test.ts", "apps/*/{src,test}/**/*.test.ts"],
      { cwd: repositoryRoot },
    ).map((file) => file.split(sep).join("/"));
    expect(
      sourceFiles(repositoryRoot, dir).filter((file) => isTest(file) && included.includes(file)).length,
    ).toBeGreaterThan(0);
  });
});

describe("a check's package", () => {
  const checks = workspace.filter(({ manifest }) => manifest.slipway?.kind === "check").map(({ dir }) => dir);

  it.each(checks)("%s ships its failing examples, which a changed check is tried on", (dir) => {
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, dir, "package.json"), "utf8")) as {
      files: string[];
    };
    expect(manifest.files).toContain("examples/fail-*/**");
  });
});

describe("the launcher", () => {
  it("sends exactly the commands of this package here", () => {
    const list =
      /DEVELOPER_COMMANDS = new Set\(\[([^\]]*)\]\)/.exec(
        readFileSync(join(repositoryRoot, "slipway.mjs"), "utf8"),
      )?.[1] ?? "";
    const sent = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(sent.sort()).toEqual(
      createProgram(() => undefined)
        .commands.map((command) => command.name())
        .sort(),
    );
  });

  it("has the CLI's help name every command that only a clone has", async () => {
    const { output } = await runTool(process.execPath, [join(repositoryRoot, "slipway.mjs"), "--help"]);
    const named = /In a clone of the repository also: (.*)\./.exec(output)?.[1]?.split(", ") ?? [];
    const own = createProgram(() => undefined).commands.map((command) => command.name());
    expect(named.sort()).toEqual([...own, "exec", "pnpm"].sort());
  });
});
