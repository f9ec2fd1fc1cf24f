import { InvalidArgumentError, type Command } from "commander";
import type { AddOptions } from "../bundles/add.ts";
import type { ScrubOptions } from "../bundles/scrub.ts";

export function add(program: Command): void {
  const bundle = program.command("bundle").description("make, extend or copy an evidence bundle by hand");
  bundle
    .command("add")
    .description("put the output of a probe, kept in a file, into a bundle (made when it is not there)")
    .argument("<dir>", "the bundle's folder")
    .argument("[probe=file...]", "probe id and the file that holds its stdout")
    .option("--exit <code>", "exit code of the command", integer, 0)
    .option(
      "--expect <file|key=value>",
      "what is expected of the node: a YAML file, or one key such as gpus.count=4 or checks='[xid, imex]' (repeatable, later over earlier)",
      (given: string, before: readonly string[]) => [...before, given],
      [],
    )
    .option("--argv <json>", 'the command as a JSON list, e.g. \'["dcgmi","diag","-r","3","-j"]\'')
    .option("--node <name>", "name of the node, for a new bundle (default: the folder's name)")
    .option("--vendor <vendor>", "for a new bundle")
    .option("--sku <sku>", "for a new bundle")
    .option("--cluster <cluster>", "for a new bundle")
    .option("--rack <rack>", "for a new bundle")
    .action(async (dir: string, assignments: readonly string[], options: AddOptions) =>
      (await import("../bundles/add.ts")).addToBundle(dir, assignments, options),
    );
  bundle
    .command("scrub")
    .description(
      "copy a bundle without host names, serials, ids, addresses and users: exit 0 when the copy is judged the same, else 1 and nothing is written",
    )
    .argument("<dir>", "the bundle's folder")
    .requiredOption("--out <dir>", "folder of the copy, which must not be there yet")
    .option("--json", "one JSON document; `problems` says why nothing was written")
    .action(async (dir: string, options: ScrubOptions) => (await import("../bundles/scrub.ts")).scrub(dir, options));
}

function integer(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255)
    throw new InvalidArgumentError("an exit code is a number from 0 to 255");
  return Number(text);
}
