import { Account } from "@slipway/domain";
import { InvalidArgumentError, Option, type Command } from "commander";
import { forget, mergeNodes, splitNode, undoEvent } from "../nodes/correct.ts";
import { load } from "../nodes/load.ts";
import { conflicts, exportAll, history, list, show, why } from "../nodes/show.ts";
import { signed } from "../signed.ts";

const NODE = "its name, its machine (m-12), or a serial";

export function add(program: Command): void {
  const nodes = program
    .command("nodes")
    .description("the node database: machines by their hardware, and where they are");
  nodes
    .command("load")
    .description("take in sightings from files: CSV, JSON lines or YAML (slipway/sighting@1)")
    .argument("<files...>")
    .option("--skip-bad", "load the good rows of a file that has bad ones")
    .option("--json", "one JSON line per event")
    .action(load);
  addShowing(nodes);
  addCorrecting(nodes);
  nodes
    .command("export")
    .description("current values as sightings that can be loaded again")
    .addOption(new Option("--format <format>").choices(["csv", "jsonl"]).default("jsonl"))
    .option("--json", "the same as --format jsonl")
    .action(exportAll);
}

function addShowing(nodes: Command): void {
  nodes
    .command("list")
    .description("machines and where they stand")
    .option("--cluster <cluster>")
    .option("--vendor <vendor>")
    .option("--sku <sku>")
    .addOption(new Option("--account <account>").choices(Account.options))
    .option("--segment <segment>", "frontier, research or fleet")
    .option("--json", "one JSON line per machine")
    .action(list);
  nodes
    .command("show")
    .description("current values with their sources, and the values that lost")
    .argument("<node>", NODE)
    .option("--json")
    .action(show);
  nodes
    .command("why")
    .description("every decision about its identity, and the sightings behind it")
    .argument("<node>", NODE)
    .option("--json")
    .action(why);
  nodes
    .command("history")
    .description("where it was, what became of it, and how it was booked")
    .argument("<node>", NODE)
    .option("--json")
    .action(history);
  nodes
    .command("conflicts")
    .description("sources that disagree, and identities in doubt")
    .option("--json")
    .action(conflicts);
}

function addCorrecting(nodes: Command): void {
  signed(
    nodes
      .command("merge")
      .description("say that two machines are one")
      .argument("<node>", "the machine that stays")
      .argument("<other>", "the machine that goes into it"),
  ).action(mergeNodes);
  signed(
    nodes
      .command("split")
      .description("say that a machine is two: sightings with these serials or names become a new one's")
      .argument("<node>", NODE)
      .option("--serial <serial...>", "system or GPU serials that leave")
      .option("--name <name...>", "node names that leave"),
  ).action(splitNode);
  signed(
    nodes
      .command("forget")
      .description("take a sighting out: what it decided is derived again without it")
      .argument("<sighting>", "number of the sighting in nodes why", numberOf("a sighting", "nodes why")),
  ).action(forget);
  signed(
    nodes
      .command("undo")
      .description("take a merge, a split or a forgetting back, or settle a doubt")
      .argument("<event>", "number of the event in nodes history", numberOf("an event", "nodes history")),
  ).action(undoEvent);
}

const numberOf =
  (what: string, command: string) =>
  (text: string): number => {
    if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`${what} is a number, as ${command} prints it`);
    return Number(text);
  };
