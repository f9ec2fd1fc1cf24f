import type { Targets } from "./targets.ts";

/**
 * Arguments of vitest for the tests of what is verified. Options are written as `--name=value`: an option whose
 * value is optional, such as `-u`, would take the first folder for it and run everything.
 *
 * @param update rewrite the snapshots of these tests
 */
export function vitestArguments(targets: Targets, update: boolean): string[] {
  const several = targets.all || targets.dirs.length > 1;
  return [
    "run",
    // Of several packages: the tests that failed and the totals, without the hundreds that passed.
    ...(several ? ["--reporter=agent"] : []),
    ...(update ? ["--update=all"] : []),
    ...(targets.all ? [] : targets.dirs.map((dir) => `${dir}/`)),
  ];
}
