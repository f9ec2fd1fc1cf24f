import { runTool } from "./run-tool.ts";

/** `changeset`: says to users what changed; arguments go to @changesets/cli, which asks for what is not given. */
export async function main(args: readonly string[]): Promise<number> {
  return (await runTool("changeset", args, { inherit: true })).exitCode;
}
