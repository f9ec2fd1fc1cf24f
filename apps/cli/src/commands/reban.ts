import { eventsKind, spellsKind, tableOf, writeRecords } from "@slipway/records";
import { SlipwayError } from "@slipway/plugin-sdk";
import { dataQualityDocument, jsonLine, rebanComparisonDocument, rebanDocument } from "@slipway/queries";
import {
  cellsOf,
  compareRebans,
  dataQuality,
  lastEvent,
  parseComparison,
  reban,
  sessionise,
  type DataQualityAnswer,
  type Endpoint,
  type RebanQuestion,
  type Spell,
} from "@slipway/stats";
import { Option, type Command } from "commander";
import { flatCsv, REBAN_SHAPES } from "../report/flat-csv.ts";
import { comparisonText, qualityText, rebanText } from "../report/reban.ts";
import {
  asOfOption,
  byOption,
  endpointOption,
  formatOptions,
  list,
  whereOption,
  windows,
  type Where,
} from "../statistics-options.ts";
import { ofFile, rowsOfDatabase, rowsOfFile, untilText, warnOfUnknownLabels } from "../statistics-rows.ts";

interface RebanOptions {
  readonly events?: string;
  readonly spells?: string;
  readonly window: readonly number[];
  readonly by?: readonly string[];
  readonly endpoint: Endpoint;
  readonly asOf?: number;
  readonly followNode?: boolean;
  readonly cells?: readonly string[];
  readonly standardise?: "sku";
  readonly curve?: boolean;
  readonly cohort?: "month";
  readonly mature?: boolean;
  readonly compare?: string;
  readonly population?: string;
  readonly where?: Where;
  readonly rows?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function add(program: Command): void {
  const [json, csv] = formatOptions();
  program
    .command("reban")
    .description(
      "how many of the machines that were let in were banned again within a window: with interval and bounds, by vendor, SKU, cluster",
    )
    .addOption(
      new Option(
        "--events <file>",
        "admissions, leaves and bans (docs/statistics/README.md), CSV or Parquet, - for standard input; without a file the running database",
      ).conflicts("spells"),
    )
    .option("--spells <file>", "admissions with what became of them")
    .option("--window <days>", "within how long, such as 30d or 7d,30d,90d", windows, [30])
    .addOption(byOption())
    .addOption(endpointOption())
    .addOption(asOfOption())
    .addOption(whereOption())
    .option("--follow-node", "a machine's clock runs on through moves and gaps until it is banned")
    .option("--cells <values>", "cells that are answered even without admissions: values of --by, with / between", list)
    .addOption(
      new Option("--standardise <label>", "with --by vendor: rates at equal shares of every SKU").choices(["sku"]),
    )
    .option("--curve", "the rate day by day up to the window")
    .addOption(new Option("--cohort <span>", "a cell for each month of admission").choices(["month"]))
    .option("--mature", "only admissions whose window has ended (an expert's view)")
    .option("--compare <label=a,b>", "the difference of two rates with its interval, such as vendor=oci,coreweave")
    .addOption(
      new Option("--population <entry>", "instead of post-OFR admissions those of one entry kind").choices([
        "post-ofr",
        "ofr",
        "new",
        "move",
        "maintenance",
        "canary",
        "override",
        "unvalidated",
      ]),
    )
    .option("--rows <file>", "write the admissions behind the numbers, CSV, or Parquet by its name")
    .addOption(json)
    .addOption(csv)
    .action(answer);
}

async function answer(options: RebanOptions): Promise<void> {
  const comparison = options.compare === undefined ? undefined : parseComparison(options.compare);
  for (const [flag, given] of Object.entries({
    "--by": options.by,
    "--cells": options.cells,
    "--cohort": options.cohort,
    "--standardise": options.standardise,
  })) {
    if (comparison !== undefined && given !== undefined)
      throw new SlipwayError("input", `--compare is between two values of one label, and takes no ${flag}`);
  }
  const { spells, quality, asOf } = await admissions(options);
  const question = questionOf(
    { ...options, standardise: options.standardise ?? (isVendorComparison(options, spells) ? "sku" : undefined) },
    asOf,
  );
  warnOfUnknownLabels(spells, [...(options.by ?? []), ...Object.keys(options.where ?? {})]);
  if (options.rows !== undefined)
    await writeRows(
      options.rows,
      spells,
      comparison === undefined
        ? question
        : { ...question, where: { ...question.where, [comparison.label]: comparison.values } },
    );
  const from = options.events ?? options.spells ?? "the database";
  const rates = comparison === undefined ? ofFile(from, () => reban(spells, question)) : [];
  const differences = comparison === undefined ? [] : ofFile(from, () => compareRebans(spells, question, comparison));
  const answers = [...rates, ...differences];
  const out = process.stdout;
  if (options.csv === true) {
    out.write(flatCsv(answers, REBAN_SHAPES));
    process.stderr.write(qualityText(quality));
  } else if (options.json === true) {
    for (const one of rates) out.write(jsonLine(rebanDocument, one));
    for (const one of differences) out.write(jsonLine(rebanComparisonDocument, one));
    out.write(jsonLine(dataQualityDocument, quality));
  } else out.write((comparison === undefined ? rebanText(rates) : comparisonText(differences)) + qualityText(quality));
}

/** Vendors that rent out different SKUs are never compared by crude rates alone (statistics.md 1.3). */
function isVendorComparison({ by, cohort }: RebanOptions, spells: readonly Spell[]): boolean {
  return (
    by?.length === 1 &&
    by[0] === "vendor" &&
    cohort === undefined &&
    new Set(spells.flatMap(({ labels }) => labels["sku"] ?? [])).size > 1
  );
}

interface Admissions {
  readonly spells: readonly Spell[];
  readonly quality: DataQualityAnswer;
  readonly asOf: string | null;
}

async function admissions({
  events: path,
  spells: spellsPath,
  asOf,
  followNode = false,
}: RebanOptions): Promise<Admissions> {
  if (spellsPath !== undefined) {
    if (followNode)
      throw new SlipwayError(
        "input",
        "a file of spells was made with or without --follow-node: ask the events instead",
      );
    // Stays have lengths and no dates: the time says when they were cut, and cuts nothing here.
    return {
      spells: await rowsOfFile(spellsKind, spellsPath),
      quality: dataQuality(),
      asOf: asOf === undefined ? null : untilText(asOf),
    };
  }
  const database = path === undefined ? await rowsOfDatabase() : undefined;
  const events = path === undefined ? (database?.events ?? []) : await rowsOfFile(eventsKind, path);
  const until = asOf ?? database?.now ?? lastEvent(events);
  const { spells, quality } = ofFile(path ?? "the database", () => sessionise(events, { asOf: until, followNode }));
  return { spells, quality: dataQuality(quality), asOf: untilText(until) };
}

/** `--cells` alone declares values of the column `cell`. */
function questionOf(
  {
    window,
    endpoint,
    by,
    cells,
    where,
    followNode,
    standardise,
    curve,
    cohort,
    mature,
    population,
  }: Omit<RebanOptions, "standardise"> & { readonly standardise: "sku" | undefined },
  asOf: string | null,
): RebanQuestion {
  const names = by ?? (cells === undefined ? undefined : ["cell"]);
  return {
    windows: window,
    endpoint,
    asOf,
    ...(names === undefined ? {} : { by: names }),
    ...(cells === undefined ? {} : { cells }),
    ...(where === undefined ? {} : { where }),
    ...(followNode === undefined ? {} : { followNode }),
    ...(standardise === undefined ? {} : { standardise }),
    ...(curve === undefined ? {} : { curve }),
    ...(cohort === undefined ? {} : { cohort }),
    ...(mature === undefined ? {} : { mature }),
    ...(population === undefined ? {} : { population }),
  };
}

async function writeRows(path: string, spells: readonly Spell[], question: RebanQuestion): Promise<void> {
  const rows = cellsOf(spells, question).flatMap((cell) => cell.rows);
  await writeRecords(path, path.endsWith(".parquet") ? "parquet" : "csv", tableOf(spellsKind, rows));
  process.stderr.write(`slipway: ${String(rows.length)} admissions written to ${path}\n`);
}
