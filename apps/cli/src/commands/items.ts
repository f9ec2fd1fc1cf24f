import { SlipwayError } from "@slipway/plugin-sdk";
import { itemDocument, jsonLine, listItems, showItem } from "@slipway/queries";
import { closeByHand, retryActOf, type Said } from "@slipway/runner";
import type { Command } from "commander";
import { openDatabase } from "../database.ts";
import { itemsText } from "../report/items.ts";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";
import { signed } from "../signed.ts";

interface ListOptions {
  readonly all?: boolean;
  readonly kind?: string;
  readonly json?: boolean;
}

type SaidOptions = Said & { readonly json?: boolean };

export function add(program: Command): void {
  const items = program
    .command("items")
    .description("what waits for a person: tripped breakers, acts that fail, events of nobody");
  items
    .command("list")
    .description("open items, or all")
    .option("--kind <kind>", "only those of a kind, such as breaker")
    .option("--all", "closed ones too")
    .option("--json", "one JSON line per item")
    .action(list);
  signed(
    items.command("close").description("close one that nothing else closes").argument("<id>", "its number"),
  ).action((id: string, options: SaidOptions) => end(id, options, "closed"));
  signed(
    items
      .command("retry")
      .description("have the act of an item (act-failing, work-ends-workers) tried again, and close it")
      .argument("<id>", "its number"),
  ).action((id: string, options: SaidOptions) => end(id, options, "tried again"));
}

async function list({ all, kind, json }: ListOptions): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    const items = await listItems(database.store, { all, kind });
    process.stdout.write(json === true ? items.map((item) => jsonLine(itemDocument, item)).join("") : itemsText(items));
  } finally {
    await database.close();
  }
}

async function end(name: string, { by, reason, json }: SaidOptions, how: "closed" | "tried again"): Promise<void> {
  if (!/^\d{1,15}$/.test(name)) throw new SlipwayError("input", `${name}: an item is a number`);
  const database = await openDatabase({ start: false });
  try {
    const item = Number(name);
    await (how === "closed" ? closeByHand : retryActOf)(database.store, { item, by, reason });
    const now = await showItem(database.store, item);
    const ended = how === "closed" ? `${now.kind} is closed` : `${now.subject} is tried again`;
    say({ json, document: itemDocument }, now, `item ${name}: ${printable(ended)}\n`);
  } finally {
    await database.close();
  }
}
