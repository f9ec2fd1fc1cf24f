import { statusDocument } from "@slipway/queries";
import { fleetStatus } from "@slipway/server";
import type { Command } from "commander";
import { openDatabase } from "../database.ts";
import { say } from "../report/say.ts";
import { statusText } from "../report/status.ts";

export function add(program: Command): void {
  program
    .command("status")
    .description("the fleet: where capacity is, what is on its way back, what needs somebody")
    .option("--json")
    .action(status);
}

async function status({ json }: { readonly json?: boolean }): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    const now = await fleetStatus(database);
    say({ json, document: statusDocument }, now, statusText(now));
  } finally {
    await database.close();
  }
}
