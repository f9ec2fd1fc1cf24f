import { runTool, tsc7 } from "./run-tool.ts";
import { repositoryRoot } from "./workspace.ts";

/** `typecheck`: TypeScript 7 over the one root program, incrementally. */
export async function typecheck(options: { json?: boolean }): Promise<number> {
  const { exitCode, output, seconds } = await runTool(process.execPath, [
    tsc7,
    "-p",
    repositoryRoot,
    "--pretty",
    "false",
  ]);
  const errors = output
    .split(/\n(?=\S)/)
    .map((error) => error.trimEnd())
    .filter((error) => error !== "");
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ schema: "slipway/typecheck@1", ok: exitCode === 0, seconds: Math.round(seconds * 100) / 100, errors })}\n`,
    );
  else process.stdout.write(exitCode === 0 ? `types are right  ${seconds.toFixed(2)} s\n` : `${errors.join("\n")}\n`);
  return exitCode === 0 ? 0 : 1;
}
