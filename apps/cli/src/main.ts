#!/usr/bin/env node
import { SlipwayError } from "@slipway/plugin-sdk";
import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { addBundle } from "./commands/bundle.ts";
import { addChecks } from "./commands/checks.ts";
import { addCollect } from "./commands/collect.ts";
import { addDemo } from "./commands/demo.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addExpect } from "./commands/expect.ts";
import { addJudge } from "./commands/judge.ts";
import { addSchema } from "./commands/schema.ts";
import { EXIT } from "./exit.ts";

const program = new Command("slipway")
  .description("Gets GPU capacity back, on evidence.")
  .version(manifest.version)
  .showHelpAfterError("(see --help)")
  .configureOutput({ outputError: (text, write) => write(`slipway: ${text.replace(/^error: /, "")}`) })
  .exitOverride()
  .addHelpText("after", "\nIn a clone of the repository also: verify, new, generate, typecheck, mutate, conformance, bench, picture.");
for (const add of [addCollect, addJudge, addExpect, addChecks, addBundle, addSchema, addDoctor, addDemo]) add(program);

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else if (SlipwayError.is(error)) {
    process.stderr.write(`slipway: ${error.message}\n${error.hint === undefined ? "" : `  ${error.hint}\n`}`);
    process.exitCode = EXIT.usage;
  } else {
    throw error;
  }
}
