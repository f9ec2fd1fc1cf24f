import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pluginsOf, readWorkspace, repositoryRoot } from "../workspace.ts";
import { importCheck } from "../generate/readme.ts";
import { barePnpm, deadLinks, markdownFiles } from "./markdown.ts";

/** Words that need no explaining. */
const PLAIN = new Set(["all", "left", "not", "over", "too", "up", "without"]);

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

  it.each([...markdownFiles(repositoryRoot), "packages/tooling/templates/check/README.md"])(
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
  const glossary = read("docs/glossary.md").toLowerCase();
  const entries = new Set(
    [...glossary.matchAll(/^\| \*\*([^*]+)\*\*/gm)].flatMap((match) => (match[1] ?? "").split(/[\s,]+/)),
  );
  const checks = await Promise.all(
    pluginsOf(readWorkspace(repositoryRoot), "check").map(({ dir }) => importCheck(repositoryRoot, dir)),
  );

  it.each(checks.map((check) => [check.id, check] as const))(
    "or the README of %s explains each word of its id and its finding codes",
    (id, check) => {
      const prose = read(`plugins/checks/${id}/README.md`)
        .replace(/<!-- codes[\s\S]*<!-- \/codes -->/, "")
        .toLowerCase();
      const words = new Set([id, ...Object.keys(check.codes)].flatMap((term) => term.split("-")));
      const known = (word: string): boolean =>
        PLAIN.has(word) ||
        [word, word.replace(/s$/, "")].some((form) => entries.has(form) || new RegExp(`\\b${form}`).test(prose));
      expect([...words].filter((word) => !known(word))).toEqual([]);
    },
  );
});
