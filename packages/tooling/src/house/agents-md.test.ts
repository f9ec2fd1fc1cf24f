import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as sdk from "@slipway/plugin-sdk";
import { describe, expect, it } from "vitest";
import { createProgram } from "../main.ts";
import { runTool } from "../run-tool.ts";
import { repositoryRoot } from "../workspace.ts";
import { AGENTS_PAGES, folderOf, unknownPaths } from "./agents-pages.ts";
import { inlineCode } from "./markdown.ts";

const MOST_LINES = 120;
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as { scripts: object }).scripts,
);

async function launcherCommands(): Promise<Set<string>> {
  const { output } = await runTool(process.execPath, [join(repositoryRoot, "apps/cli/src/main.ts"), "--help"]);
  const names = [...output.slice(output.indexOf("Commands:")).matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(
    (match) => match[1] ?? "",
  );
  return new Set([
    ...names,
    ...createProgram(() => undefined).commands.map((command) => command.name()),
    "exec",
    "pnpm",
  ]);
}

/** Asked once: the CLI takes a second to print its help. */
const launcher = launcherCommands();

/** Commands that a page names and that nothing answers to. */
function unknownCommands(code: readonly string[], launcher: ReadonlySet<string>): string[] {
  return code.filter((text) => {
    const [program = "", first = "", second = ""] = text.split(/\s+/);
    const word = first === "run" ? second : first;
    if (program === "./slipway") return word !== "" && !launcher.has(word);
    if (program === "npm") return !scripts.includes(word);
    return false;
  });
}

describe.each(Object.entries(AGENTS_PAGES))("%s", (page, most) => {
  const text = readFileSync(join(repositoryRoot, page), "utf8");
  const code = inlineCode(text);

  it("keeps its size", () => {
    expect(statSync(join(repositoryRoot, page)).size).toBeLessThan(most);
    expect(text.split("\n").length).toBeLessThanOrEqual(MOST_LINES);
  });

  it("names commands that exist", async () => {
    expect(unknownCommands(code, await launcher)).toEqual([]);
  });

  it("names paths that exist", () => {
    expect(unknownPaths(repositoryRoot, code, folderOf(page))).toEqual([]);
  });
});

it("the page of the checks names helpers that the SDK has", () => {
  const page = readFileSync(join(repositoryRoot, "plugins/checks/AGENTS.md"), "utf8");
  const section = /^## Helpers of the SDK\n([^]*?)(?=^## )/m.exec(page)?.[1] ?? "";
  const helpers = [...section.matchAll(/`(\w+)\(/g)].map(([, name = ""]) => name);
  expect(helpers.length).toBeGreaterThan(0);
  expect(helpers.filter((name) => typeof (sdk as Readonly<Record<string, unknown>>)[name] !== "function")).toEqual([]);
});

describe("the truth test itself", () => {
  it("finds a command and a path that are not there", async () => {
    expect(
      unknownCommands(["./slipway verify x", "./slipway frobnicate", "npm test", "npm run gone"], await launcher),
    ).toEqual(["./slipway frobnicate", "npm run gone"]);
    expect(
      unknownPaths(
        repositoryRoot,
        [
          "plugins/checks/<id>/src/index.ts",
          "plugins/checks/<id>/src/gone.ts",
          "docs/gone.md",
          "gone.md",
          "slipway/evidence@1",
          "AGENTS.md",
        ],
        "",
      ),
    ).toEqual(["plugins/checks/<id>/src/gone.ts", "docs/gone.md", "gone.md"]);
  });
});
