import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { importSites } from "../source-text.ts";
import { isTest, sourceFiles, type WorkspacePackage } from "../workspace.ts";

/** An import from one folder of a package's source into another that leads back to it. */
export interface Circle {
  /** File and line, from the root. */
  readonly where: string;
  readonly message: string;
}

/** An import that leads from one folder right below `src` into another. */
interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly where: string;
}

/** Every import of a package that is part of a circle between folders of its source; tests do not count. */
export function folderCircles(root: string, unit: WorkspacePackage): Circle[] {
  const crossings = crossingsOf(root, unit);
  const leadsTo = Map.groupBy(crossings, ({ from }) => from);
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set([from]);
    for (const place of seen) {
      if (place === to) return true;
      for (const next of leadsTo.get(place) ?? []) seen.add(next.to);
    }
    return false;
  };
  return crossings
    .filter(({ from, to }) => reaches(to, from))
    .map(({ from, to, where }) => ({ where, message: `${from} uses ${to}, which uses ${from} again by some way` }));
}

function crossingsOf(root: string, { dir }: WorkspacePackage): Crossing[] {
  const source = `${dir}/src/`;
  const files = sourceFiles(root, dir).filter((file) => file.startsWith(source) && !isTest(file));
  return files.flatMap((file) => {
    const from = folderOf(file.slice(source.length));
    if (from === undefined) return [];
    return importSites(readFileSync(join(root, file), "utf8")).flatMap(({ specifier, line }) => {
      if (!specifier.startsWith(".")) return [];
      const target = posix.join(dirname(file), specifier);
      const to = target.startsWith(source) ? folderOf(target.slice(source.length)) : undefined;
      return to === undefined || from === to ? [] : [{ from, to, where: `${file}:${String(line)}` }];
    });
  });
}

/** `validation/tick.ts` → `validation`; undefined for a file right below `src`. */
const folderOf = (file: string): string | undefined => (file.includes("/") ? file.split("/", 1)[0] : undefined);
