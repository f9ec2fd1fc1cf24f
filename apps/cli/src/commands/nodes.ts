import { join } from "node:path";
import { Account } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { Clusters, machineName, type Precedence } from "@slipway/policy";
import {
  exportNodes,
  findNode,
  ingest,
  listConflicts,
  listNodes,
  loadPrecedence,
  merge,
  readSightings,
  readYaml,
  showNode,
  split,
  undo,
  whyNode,
  type Correction,
  type CorrectionOptions,
} from "@slipway/runner";
import type { Store } from "@slipway/store";
import { InvalidArgumentError, Option, type Command } from "commander";
import { openDatabase } from "../database.ts";
import { EXIT } from "../exit.ts";
import { fleetFolder } from "../fleet.ts";
import {
  conflictsText,
  eventsText,
  historyText,
  instant,
  listText,
  showText,
  sightingsCsv,
  summaryText,
} from "../report/nodes.ts";
import { printable } from "../report/printable.ts";
import { signed } from "../signed.ts";

interface Json {
  readonly json?: boolean;
}

interface ListOptions extends Json {
  readonly cluster?: string;
  readonly vendor?: string;
  readonly sku?: string;
  readonly account?: Account;
  readonly segment?: string;
}

interface Signed extends Json {
  readonly by: string;
  readonly reason: string;
}

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
      .command("undo")
      .description("take a merge or split back, or settle a doubt")
      .argument("<event>", "number of the event in nodes history", eventNumber),
  ).action(undoEvent);
  nodes
    .command("export")
    .description("current values as sightings that can be loaded again")
    .addOption(new Option("--format <format>").choices(["csv", "jsonl"]).default("jsonl"))
    .option("--json", "the same as --format jsonl")
    .action(exportAll);
}

function eventNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("an event is a number, as nodes history prints it");
  return Number(text);
}

async function load(files: readonly string[], options: Json & { readonly skipBad?: boolean }): Promise<void> {
  const json = (document: object): void =>
    void (options.json === true && process.stdout.write(`${JSON.stringify(document)}\n`));
  const started = Date.now();
  const sightings = files.flatMap((file) => {
    const read = readSightings(file);
    for (const bad of read.bad) {
      json({ event: "bad-row", ...bad });
      if (options.json !== true)
        process.stderr.write(
          `slipway: ${printable(`${bad.file}:${String(bad.line)}: ${bad.field === "" ? "" : `${bad.field}: `}${bad.message}`)}\n`,
        );
    }
    const refused = read.bad.length > 0 && options.skipBad !== true;
    if (refused) {
      process.exitCode = EXIT.usage;
      if (options.json !== true)
        process.stderr.write(
          `slipway: ${printable(file)}: nothing of it is loaded (${String(read.bad.length)} bad of ${String(read.bad.length + read.sightings.length)} rows; --skip-bad loads the rest)\n`,
        );
    }
    if (read.sightings.length + read.bad.length === 0 && options.json !== true)
      process.stdout.write(`${printable(file)}: 0 rows\n`);
    json({ event: "file", file, sightings: read.sightings.length, bad: read.bad.length, loaded: !refused });
    return refused ? [] : [...read.sightings];
  });
  if (sightings.length === 0) return;
  await withStore(async (store, precedence) => {
    const live = options.json !== true && process.stderr.isTTY;
    const summary = await ingest(store, sightings, {
      now: Date.now(),
      precedence,
      progress: (done) => {
        json({ event: "progress", done, of: sightings.length });
        if (live)
          process.stderr.write(
            `\r${String(done)} of ${String(sightings.length)} sightings${done === sightings.length ? "\n" : ""}`,
          );
      },
    });
    json({ event: "loaded", ...summary });
    if (options.json !== true) process.stdout.write(summaryText(summary, (Date.now() - started) / 1000));
  });
}

async function list({ json, segment, ...filter }: ListOptions): Promise<void> {
  await withStore(async (store) => {
    const clusters =
      segment === undefined ? undefined : readYaml(join(fleetFolder(), "clusters.yaml"), Clusters).value.clusters;
    const rows = (await listNodes(store, filter)).filter(
      ({ placement }) => clusters === undefined || clusters[placement?.cluster ?? ""]?.segment === segment,
    );
    process.stdout.write(
      json === true
        ? lines(rows)
        : listText(
            rows,
            [segment, ...Object.values(filter)].some((one) => one !== undefined),
          ),
    );
  });
}

async function show(node: string, { json }: Json): Promise<void> {
  await withStore(async (store, precedence) => {
    const { machine, placement, values, conflicts: disputes, ...detail } = await showNode(store, node, precedence);
    process.stdout.write(
      json === true
        ? lines([{ machine, placement, values, conflicts: disputes }])
        : showText({ machine, placement, values, conflicts: disputes, ...detail }),
    );
  });
}

async function why(node: string, { json }: Json): Promise<void> {
  await withStore(async (store, precedence) => {
    const detail = await showNode(store, node, precedence);
    const sightings = await whyNode(store, detail.machine);
    if (json === true) {
      process.stdout.write(
        lines([
          {
            machine: detail.machine.id,
            events: detail.events,
            sightings: sightings.map(({ sighting, because }) => ({ because, ...sighting })),
          },
        ]),
      );
      return;
    }
    const rows = sightings.map(
      ({ sighting, because }) =>
        `  ${instant(sighting.observed_at)}  ${printable(`${sighting.source}, ${sighting.path}: ${because}`)}\n`,
    );
    process.stdout.write(
      `${machineName(detail.machine.id)}\ndecisions\n${eventsText(detail)}sightings that are its own\n${rows.join("")}`,
    );
  });
}

async function history(node: string, { json }: Json): Promise<void> {
  await withStore(async (store, precedence) => {
    const detail = await showNode(store, node, precedence);
    const { machine, placements, events, ledger } = detail;
    process.stdout.write(
      json === true ? lines([{ machine: machine.id, placements, events, ledger }]) : historyText(detail),
    );
  });
}

async function conflicts({ json }: Json): Promise<void> {
  await withStore(async (store, precedence) => {
    const found = await listConflicts(store, precedence);
    process.stdout.write(
      json === true
        ? lines([...found.fields.map((one) => ({ kind: "field", ...one })), ...found.identities])
        : conflictsText(found),
    );
  });
}

const mergeNodes = (node: string, other: string, options: Signed): Promise<void> =>
  correct(options, true, async (store, signature) =>
    merge(store, (await findNode(store, node)).machine.id, (await findNode(store, other)).machine.id, signature),
  );

async function splitNode(
  node: string,
  options: Signed & { readonly serial?: readonly string[]; readonly name?: readonly string[] },
): Promise<void> {
  if ((options.serial ?? options.name) === undefined)
    throw new SlipwayError("input", "nodes split needs --serial or --name: which sightings leave");
  const shown = {
    ...(options.serial === undefined ? {} : { serials: options.serial }),
    ...(options.name === undefined ? {} : { names: options.name }),
  };
  await correct(options, true, async (store, signature) =>
    split(store, (await findNode(store, node)).machine.id, shown, signature),
  );
}

const undoEvent = (event: number, options: Signed): Promise<void> =>
  correct(options, false, async (store, signature) => undo(store, event, signature));

async function correct(
  { by, reason, json }: Signed,
  undoable: boolean,
  work: (store: Store, signature: CorrectionOptions) => Promise<Correction>,
): Promise<void> {
  await withStore(async (store, precedence) => {
    const done = await work(store, { by, reason, now: Date.now(), precedence });
    process.stdout.write(
      json === true
        ? lines([done])
        : `${printable(done.why)}\n${undoable ? `To take it back: slipway nodes undo ${String(done.event)} --by WHO --reason WHY\n` : ""}`,
    );
  });
}

async function exportAll({ format, json }: Json & { readonly format: "csv" | "jsonl" }): Promise<void> {
  await withStore(async (store, precedence) => {
    const rows = await exportNodes(store, precedence);
    process.stdout.write(format === "csv" && json !== true ? sightingsCsv(rows) : lines(rows));
  });
}

const lines = (documents: readonly object[]): string =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join("");

async function withStore(work: (store: Store, precedence: Precedence) => Promise<void>): Promise<void> {
  const precedence = loadPrecedence(fleetFolder());
  const database = await openDatabase({ start: true });
  try {
    await work(database.store, precedence);
  } finally {
    await database.close();
  }
}
