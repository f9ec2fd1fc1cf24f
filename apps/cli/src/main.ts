#!/usr/bin/env node
import { EXIT } from "./exit.ts";
import { isStoreError, runProgram } from "./program.ts";

const args = process.argv.slice(2);

// A reader that has seen enough (`| head`) is no error; a command that has work to end hears of it as of SIGTERM.
process.stderr.on("error", () => undefined);
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (args[0] === "collect") {
    process.emit("SIGTERM", "SIGTERM");
    return;
  }
  if (error.code !== "EPIPE")
    process.stderr.write(`slipway: stdout cannot be written (${error.code ?? error.message})\n`);
  process.exit(error.code === "EPIPE" ? undefined : EXIT.usage);
});

const error = await runProgram(args);
// What is left of lost connections must not keep the program.
if (isStoreError(error)) process.stderr.write("", () => process.exit());
