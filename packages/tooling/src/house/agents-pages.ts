import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inlineCode } from "./markdown.ts";

/** Pages that agents load whole, and the bytes each may have. */
export const AGENTS_PAGES = {
  "AGENTS.md": 8 * 1024,
  "plugins/checks/AGENTS.md": 6 * 1024,
  "plugins/steps/AGENTS.md": 6 * 1024,
} as const;

/** Plugins to imitate: pages name files of them by their paths inside. */
const EXEMPLARS = ["ib-xdr", "reboot"];

/** Paths that a page names and that are not there; `<id>` stands for any plugin, `*` for anything. */
export function unknownPaths(root: string, code: readonly string[], near: string): string[] {
  const isPath = (text: string): boolean =>
    /^[\w.<>*-]+(\/[\w.<>*-]*)*$/.test(text) && (text.includes("/") || /[a-z]\.(md|ts|mjs|js|json|ya?ml)$/.test(text));
  return code.filter(isPath).filter((text) => {
    const pattern = text.replaceAll(/<[^>]+>/g, "*").replace(/\/$/, "");
    return !["", near, ...EXEMPLARS.map((id) => join(near, id))].some((part) => {
      const folder = join(root, part);
      return pattern.includes("*") ? globSync(pattern, { cwd: folder }).length > 0 : existsSync(join(folder, pattern));
    });
  });
}

/** The folder that a page's own paths start from. */
export const folderOf = (page: string): string => page.replace(/\/?[^/]+$/, "");

/** Paths that the pages for agents name and that are not there. */
export function agentsPageProblems(root: string): string[] {
  return Object.keys(AGENTS_PAGES).flatMap((page) =>
    unknownPaths(root, inlineCode(readFileSync(join(root, page), "utf8")), folderOf(page)).map(
      (path) => `${page}: names ${path}, which is not there`,
    ),
  );
}
