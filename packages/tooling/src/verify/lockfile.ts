import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { z } from "zod";

const Lockfile = z.looseObject({ importers: z.record(z.string(), z.unknown()).default({}) });

/**
 * Folders of the packages whose dependencies a change of pnpm-lock.yaml adds or changes.
 *
 * @returns undefined where more changed than that: a version, a setting, a package that went away
 */
export function changedImporters(before: string, after: string): readonly string[] | undefined {
  const { importers: were, ...restBefore } = Lockfile.parse(parse(before));
  const { importers: are, ...restAfter } = Lockfile.parse(parse(after));
  if (!isDeepStrictEqual(restBefore, restAfter)) return undefined;
  if (Object.keys(were).some((dir) => !Object.hasOwn(are, dir))) return undefined;
  return Object.keys(are).filter((dir) => !isDeepStrictEqual(were[dir], are[dir]));
}
