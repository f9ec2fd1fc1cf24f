import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importChecks } from "../generate/readme.ts";
import { readWorkspace, repositoryRoot } from "../workspace.ts";
import { unexplainedWords } from "./glossary.ts";
import { barePnpm, deadLinks, markdownFiles } from "./markdown.ts";

const read = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");

describe("the pages", () => {
  it.each(markdownFiles(repositoryRoot))("%s has no dead link", (file) => {
    expect(deadLinks(repositoryRoot, file, read(file))).toEqual([]);
  });

  it("a dead link is found, in Markdown and in HTML, and code is none", () => {
    const page =
      '# One\n[a](gone.md) [b](#one) [c](#two) [d](https://example.org) <img src="gone.svg"> `[e](gone.md)`\n```\n[f](gone.md)\n```\n';
    expect(deadLinks(repositoryRoot, "docs/x.md", page)).toEqual(["gone.md", "#two", "gone.svg"]);
  });

  it.each([...markdownFiles(repositoryRoot), "packages/tooling/templates/check/base/README.md"])(
    "%s names no command that needs a pnpm of the reader's own",
    (file) => {
      expect(barePnpm(read(file))).toEqual([]);
    },
  );

  it("a command of pnpm is found in text and where it is shown, and ./slipway pnpm is none", () => {
    expect(barePnpm("Run `pnpm lint`, or `./slipway pnpm install` of pnpm.\n```\npnpm test\n```\n")).toEqual([
      "pnpm lint",
      "pnpm test",
    ]);
  });

  it("every decision is in the list of decisions", () => {
    const index = read("docs/decisions/README.md");
    const decisions = markdownFiles(repositoryRoot).filter((file) => /^docs\/decisions\/\d{4}-/.test(file));
    expect(decisions.length).toBeGreaterThan(0);
    for (const file of decisions) expect(index).toContain(file.slice("docs/decisions/".length));
  });
});

describe("the glossary", async () => {
  const checks = await importChecks(repositoryRoot, readWorkspace(repositoryRoot));

  it.each(checks.map((check) => [check.id, check] as const))(
    "or the README of %s explains each word of its id and its finding codes",
    (id, check) => {
      expect(unexplainedWords(repositoryRoot, `plugins/checks/${id}`, check)).toEqual([]);
    },
  );

  it("a word of a code that nobody explains is named", () => {
    const [check] = checks;
    if (check === undefined) throw new Error("there are no checks");
    const codes = { ...check.codes, "quux-missing": { verdict: "fail", causes: [], meaning: "", remedy: "" } as const };
    expect(unexplainedWords(repositoryRoot, `plugins/checks/${check.id}`, { id: check.id, codes })).toEqual([
      `plugins/checks/${check.id}/README.md: neither it nor docs/glossary.md explains the word quux of a finding code`,
    ]);
  });
});
