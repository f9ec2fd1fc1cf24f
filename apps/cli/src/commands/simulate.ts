import { attemptsKind, attemptsOfRuns, eventsKind, instantText, runsKind } from "@slipway/records";
import { SlipwayError } from "@slipway/plugin-sdk";
import { jsonLine, simulationDocument } from "@slipway/queries";
import {
  lastEvent,
  parseAssume,
  sessionise,
  simulate,
  type Assume,
  type Attempt,
  type Endpoint,
  type SimulationQuestion,
  type Spell,
} from "@slipway/stats";
import { Option, type Command } from "commander";
import { flatCsv, SIMULATION_SHAPES } from "../report/flat-csv.ts";
import { simulationText } from "../report/simulation.ts";
import {
  asOfOption,
  byOption,
  count,
  counts,
  endpointOption,
  formatOptions,
  list,
  matches,
  oneWindow,
  whereOption,
  type Where,
} from "../statistics-options.ts";
import { ofFile, rowsOfDatabase, rowsOfFile, untilText, warnOfUnknownLabels } from "../statistics-rows.ts";

interface SimulateOptions {
  readonly runs?: string;
  readonly attempts?: string;
  readonly events?: string;
  readonly of: number;
  readonly passes?: readonly number[];
  readonly drop?: readonly string[];
  readonly assume?: string;
  readonly window: number;
  readonly endpoint: Endpoint;
  readonly asOf?: number;
  readonly by?: readonly string[];
  readonly where?: Where;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function add(program: Command): void {
  const [json, csv] = formatOptions();
  program
    .command("simulate")
    .description(
      "what other thresholds would have done: how many more machines, how many hours, and what is and is not known of their re-ban rate",
    )
    .addOption(
      new Option(
        "--runs <file>",
        "runs of validations (docs/statistics/README.md), CSV or Parquet, - for standard input; without a file the running database",
      ).conflicts("attempts"),
    )
    .option("--attempts <file>", "validations with their first failing run")
    .option("--events <file>", "admissions and bans, for the re-ban rate of those that were let in")
    .option("--of <passes>", "passes that were required", count, 12)
    .option("--passes <numbers>", "passes asked about, an answer each, such as 10,9; --of itself unless told", counts)
    .option("--drop <checks>", "checks that would not be required", list)
    .option("--assume <what>", "of the machines that were refused: none, monotone, odds=G, or canary")
    .option("--window <days>", "within how long a re-ban counts", oneWindow, 30)
    .addOption(endpointOption())
    .addOption(asOfOption())
    .addOption(byOption())
    .addOption(whereOption())
    .addOption(json)
    .addOption(csv)
    .action(answer);
}

async function answer(options: SimulateOptions): Promise<void> {
  const { of, passes = [of], drop, window, endpoint, by, where = {} } = options;
  const assume: Assume | undefined = options.assume === undefined ? undefined : parseAssume(options.assume);
  const { attempts, spells, asOf } = await history(options);
  const kept = attempts.filter((attempt) => matches(attempt, where)).map((attempt) => withOwnLane(attempt, of));
  warnOfUnknownLabels(attempts, [...(by ?? []), ...Object.keys(where)]);
  const question: SimulationQuestion = {
    attempts: kept,
    of,
    passes,
    windowDays: window,
    endpoint,
    asOf,
    ...(spells === undefined ? {} : { spells: spells.filter((spell) => matches(spell, where)) }),
    ...(by === undefined ? {} : { by }),
    ...(drop === undefined ? {} : { drop }),
    ...(assume === undefined ? {} : { assume }),
  };
  for (const check of drop ?? []) {
    if (!kept.some(({ failedChecks }) => failedChecks.includes(check)))
      process.stderr.write(`slipway: no attempt failed ${check}: dropping it changes nothing that is known here\n`);
  }
  const answers = ofFile(options.runs ?? options.attempts ?? "the database", () => simulate(question));
  process.stdout.write(
    options.json === true
      ? answers.map((each) => jsonLine(simulationDocument, each)).join("")
      : options.csv === true
        ? flatCsv(answers, SIMULATION_SHAPES)
        : simulationText(answers),
  );
}

interface History {
  readonly attempts: readonly Attempt[];
  readonly spells: readonly Spell[] | undefined;
  readonly asOf: string | null;
}

async function history({ runs, attempts, events: eventsPath, asOf }: SimulateOptions): Promise<History> {
  if (runs === undefined && attempts === undefined) {
    if (eventsPath !== undefined)
      throw new SlipwayError(
        "input",
        "--events goes with --runs or --attempts; without them the running database is asked, with its own events",
      );
    const database = await rowsOfDatabase();
    const until = asOf ?? database.now;
    return {
      attempts: attemptsOfRuns(database.runs).attempts,
      spells: sessionise(database.events, { asOf: until }).spells,
      asOf: instantText(until),
    };
  }
  const known = runs === undefined ? await rowsOfFile(attemptsKind, attempts ?? "") : await ofRuns(runs);
  if (eventsPath === undefined)
    return { attempts: known, spells: undefined, asOf: asOf === undefined ? null : instantText(asOf) };
  const events = await rowsOfFile(eventsKind, eventsPath);
  const until = asOf ?? lastEvent(events);
  return {
    attempts: known,
    spells: ofFile(eventsPath, () => sessionise(events, { asOf: until }).spells),
    asOf: untilText(until),
  };
}

async function ofRuns(path: string): Promise<readonly Attempt[]> {
  const rows = await rowsOfFile(runsKind, path);
  return ofFile(path, () => attemptsOfRuns(rows).attempts);
}

/**
 * An attempt of a lane that asked for another number of passes would bring its failures in and its passes not: it is
 * of a lane of its own.
 */
function withOwnLane(attempt: Attempt, of: number): Attempt {
  const required = attempt.labels["passes_required"];
  if (required === undefined || Number(required) === of) return attempt;
  return { ...attempt, labels: { ...attempt.labels, lane: `${attempt.labels["lane"] ?? "slow"} of ${required}` } };
}
