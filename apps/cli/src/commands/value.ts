import { attemptsOfRuns, runsKind, valueTableKind } from "@slipway/records";
import { SlipwayError } from "@slipway/plugin-sdk";
import { jsonLine, valueDocument } from "@slipway/queries";
import { tallyAttempts, tallyTable, value, type CountedRuns, type Prices } from "@slipway/stats";
import { Option, type Command } from "commander";
import { flatCsv, VALUE_SHAPES } from "../report/flat-csv.ts";
import { valueText } from "../report/value.ts";
import { amount, formatOptions, fraction, matches, whereOption, type Where } from "../statistics-options.ts";
import { ofFile, rowsOfDatabase, rowsOfFile } from "../statistics-rows.ts";

interface ValueOptions {
  readonly runs?: string;
  readonly table?: string;
  readonly admittedRate?: number;
  readonly banCost?: number;
  readonly nodeHourPrice?: number;
  readonly setBy?: string;
  readonly where?: Where;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function add(program: Command): void {
  const [json, csv] = formatOptions();
  program
    .command("value")
    .description(
      "what each run of the slow path is worth: what it costs, what it finds, and how much of that can be flakes",
    )
    .addOption(
      new Option(
        "--runs <file>",
        "runs of validations (docs/statistics/README.md), CSV or Parquet, - for standard input; without a file the running database",
      ).conflicts("table"),
    )
    .option("--table <file>", "run_index,reached,first_failures,node_hours_per_run")
    .option("--admitted-rate <r>", "the known re-ban rate of admitted machines, for what a run avoids", fraction)
    .option("--ban-cost <cost>", "what an escaped ban costs, with --node-hour-price and --set-by", amount)
    .option("--node-hour-price <price>", "what an hour of a machine costs, in the same money", amount)
    .option("--set-by <who>", "who set these prices")
    .addOption(whereOption())
    .addOption(json)
    .addOption(csv)
    .action(answer);
}

async function answer(options: ValueOptions): Promise<void> {
  const { admittedRate } = options;
  const prices = pricesOf(options);
  const { tallies, otherLanes } = await countedRuns(options);
  const answers = value(tallies, {
    otherLanes,
    ...(admittedRate === undefined ? {} : { admittedRate }),
    ...(prices === undefined ? {} : { prices }),
  });
  process.stdout.write(
    options.json === true
      ? answers.map((each) => jsonLine(valueDocument, each)).join("")
      : options.csv === true
        ? flatCsv(answers, VALUE_SHAPES)
        : valueText(answers),
  );
}

async function countedRuns({ runs: path, table, where = {} }: ValueOptions): Promise<CountedRuns> {
  if (table !== undefined) {
    if (Object.keys(where).length > 0)
      throw new SlipwayError(
        "input",
        "a table has no labels to choose rows by: --where goes with --runs or the database",
      );
    const rows = await rowsOfFile(valueTableKind, table);
    return ofFile(table, () => ({ tallies: tallyTable(rows), otherLanes: 0 }));
  }
  const rows = path === undefined ? (await rowsOfDatabase()).runs : await rowsOfFile(runsKind, path);
  return ofFile(path ?? "the database", () =>
    tallyAttempts(attemptsOfRuns(rows).attempts.filter((attempt) => matches(attempt, where))),
  );
}

function pricesOf({ banCost, nodeHourPrice, setBy }: ValueOptions): Prices | undefined {
  if (banCost === undefined && nodeHourPrice === undefined && setBy === undefined) return undefined;
  if (banCost === undefined || nodeHourPrice === undefined || setBy === undefined || setBy.trim() === "")
    throw new SlipwayError(
      "input",
      "where to stop is a decision: it needs --ban-cost, --node-hour-price, and --set-by with who set them",
    );
  return { banCost, nodeHourPrice, setBy };
}
