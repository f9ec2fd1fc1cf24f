import { existsSync, globSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";

/** Markdown of the repository, from the root; changesets, changelogs and templates are left out. */
export function markdownFiles(root: string): string[] {
  return globSync(
    ["*.md", "docs/**/*.md", "packages/*/*.md", "plugins/**/*.md", "apps/*/*.md", "bench/*.md", "fleet/**/*.md"],
    { cwd: root, exclude: ["**/node_modules", "**/dist", "**/CHANGELOG.md"] },
  )
    .map((file) => file.split(sep).join("/"))
    .sort();
}

/** Removes fenced code: what stands there is shown, not said. */
export function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

/** Text between single backticks. */
export function inlineCode(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
}

/**
 * Commands of a page, in text or shown, that run pnpm by itself. Only `./slipway` brings the pinned one, so a page
 * says `./slipway <command>`, or `./slipway pnpm …` where it is pnpm that is meant.
 */
export function barePnpm(markdown: string): string[] {
  const shown = [...markdown.matchAll(/^```[^\n]*\n([\s\S]*?)^```$/gm)].flatMap((match) =>
    (match[1] ?? "").split("\n"),
  );
  return [...inlineCode(markdown), ...shown].map((code) => code.trim()).filter((code) => /^(\$ )?pnpm\s/.test(code));
}

/** Links to files of the repository that lead nowhere, and to headings that are not there. */
export function deadLinks(root: string, file: string, markdown: string): string[] {
  const text = withoutFences(markdown).replaceAll(/`[^`\n]*`/g, "");
  const targets = [
    ...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g),
    ...text.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g),
  ].map((match) => match[1] ?? "");
  return targets
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .filter((target) => {
      const [path = "", heading] = target.split("#", 2);
      if (path === "") return heading !== undefined && !anchors(markdown).includes(heading);
      return !existsSync(join(root, posix.join(dirname(file), decodeURIComponent(path))));
    });
}

/** The anchors GitHub gives the headings of a page. */
function anchors(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/^#{1,6} +(.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}
