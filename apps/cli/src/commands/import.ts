import { readFileSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { importDocument } from "@slipway/queries";
import { importHistory } from "@slipway/runner";
import type { Command } from "commander";
import { openDatabase } from "../database.ts";
import { say } from "../report/say.ts";

interface ImportOptions {
  readonly runs?: string;
  readonly attempts?: string;
  readonly events?: string;
  readonly json?: boolean;
}

export function add(program: Command): void {
  program
    .command("import")
    .description("history from before Slipway, by machine, so that known machines do not all start at twelve passes")
    .option("--runs <file>", "runs of earlier validations (docs/statistics/README.md), CSV")
    .option("--attempts <file>", "earlier validations")
    .option("--events <file>", "admissions, leaves, bans and their ends")
    .option("--json")
    .action(importFiles);
}

async function importFiles({ json, ...files }: ImportOptions): Promise<void> {
  if (Object.keys(files).length === 0)
    throw new SlipwayError("input", "name at least one of --runs, --attempts and --events");
  const texts = Object.fromEntries(
    Object.entries(files).map(([kind, file]) => [kind, { file, text: read(file) }]),
  ) as Parameters<typeof importHistory>[1];
  const database = await openDatabase({ start: true });
  try {
    const done = await importHistory(database.store, texts);
    say(
      { json, document: importDocument },
      done,
      `${String(done.attempts)} validations with ${String(done.runs)} runs and ${String(done.events)} events ` +
        `taken in; ${String(done.unknown)} rows are of nodes that nobody knows, and wait for their machine\n`,
    );
  } finally {
    await database.close();
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new SlipwayError(
      "input",
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
}
