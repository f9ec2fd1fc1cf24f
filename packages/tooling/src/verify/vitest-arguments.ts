import type { Targets } from "./targets.ts";

/**
 * Arguments of vitest for the tests of what is verified. Options are written as `--name=value`: an option whose
 * value is optional, such as `-u`, would take the first folder for it and run everything.
 *
 * @param update rewrite the snapshots of these tests
 */
export function vitestArguments(targets: Targets, update: boolean): string[] {
  return ["run", ...(update ? ["--update=all"] : []), ...(targets.all ? [] : targets.dirs.map((dir) => `${dir}/`))];
}
