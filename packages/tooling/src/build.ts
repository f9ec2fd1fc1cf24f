import { runTool } from "./run-tool.ts";

/** `build`: dist/ of every publishable package, by turbo; only what changed is built. Arguments go to turbo. */
export async function main(args: readonly string[]): Promise<number> {
  return (
    await runTool("turbo", ["run", "build", "--output-logs=errors-only", ...args], {
      inherit: true,
      color: process.stdout.isTTY,
    })
  ).exitCode;
}
