import type { Targets } from "./targets.ts";

/**
 * Arguments of vitest for the tests of what is verified. Options are written as `--name=value`: an option whose
 * value is optional, such as `-u`, would take the first folder for it and run everything.
 *
 * @param update rewrite the snapshots of these tests
 */
export function vitestArguments(targets: Targets, update: boolean): string[] {
  // Checks and steps keep nothing, so their test files may share a worker, which saves seconds; CI runs each in its own.
  const pure = !targets.all && targets.dirs.every((dir) => /^plugins\/(checks|steps)\//.test(dir));
  const several = targets.all || targets.dirs.length > 1;
  return [
    "run",
    // Of several packages: the tests that failed and the totals, without the hundreds that passed.
    ...(several ? ["--reporter=agent"] : []),
    ...(update ? ["--update=all"] : []),
    ...(pure ? ["--isolate=false"] : []),
    ...(targets.all ? [] : targets.dirs.map((dir) => `${dir}/`)),
  ];
}
