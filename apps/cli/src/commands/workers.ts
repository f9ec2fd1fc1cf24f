import { workersDocument } from "@slipway/queries";
import { workersStatus } from "@slipway/server";
import type { Command } from "commander";
import { openDatabase } from "../database.ts";
import { say } from "../report/say.ts";
import { workersText } from "../report/workers.ts";

export function add(program: Command): void {
  program
    .command("workers")
    .description("who works, what each can do, and what waits because nobody can")
    .option("--json")
    .action(workers);
}

async function workers({ json }: { readonly json?: boolean }): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    const now = await workersStatus(database);
    say({ json, document: workersDocument }, now, workersText(now));
  } finally {
    await database.close();
  }
}
