import { once } from "node:events";
import { accessSync, constants, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import {
  backtest,
  forgetOldJournals,
  isLabel,
  LABELS,
  newJournalId,
  openJournal,
  readJournalHead,
  type BacktestReport,
  type Flip,
  type Label,
  type Question,
  type StoredEvidence,
} from "@slipway/backtest";
import { SlipwayError } from "@slipway/plugin-sdk";
import { backtestDocument, backtestFlipDocument, jsonLine } from "@slipway/queries";
import { readDatabase } from "@slipway/records";
import { readFleet } from "@slipway/fleet";
import { evidenceFolder, openDatabase, type Database } from "@slipway/server";
import { sessionise } from "@slipway/stats";
import { dataFolder } from "@slipway/store";
import { InvalidArgumentError, Option, type Command } from "commander";
import {
  changedCheck,
  checkChange,
  expectationChange,
  parseAgainst,
  parseCheck,
  policyChange,
  textOf,
} from "../backtest/change.ts";
import { checkoutSettings, runningSettings } from "../backtest/settings.ts";
import { EXIT } from "../exit.ts";
import { fleetFolder } from "../fleet.ts";
import { backtestMarkdown } from "../report/backtest-markdown.ts";
import { backtestText, flipText } from "../report/backtest.ts";
import { asOfOption, count, list, oneWindow } from "../statistics-options.ts";
import { progressLine } from "../statistics-rows.ts";

interface BacktestOptions {
  readonly check?: string;
  readonly expect?: string;
  readonly policy?: string;
  readonly against?: string;
  readonly evidence?: string;
  readonly since?: number;
  readonly asOf?: number;
  readonly by?: readonly Label[];
  readonly resume?: string;
  readonly markdown?: string;
  readonly failOnFlip?: boolean;
  readonly threads?: number;
  readonly json?: boolean;
}

/** What the database is asked about unless told. */
const SINCE_DAYS = 30;
const BY: readonly Label[] = ["vendor", "sku", "cluster"];
/** Flips that the Markdown report lists; the counts have them all. */
const LISTED = 100;

/** A question with the words it was asked in, so that a run is gone on with only by them. */
interface KeptQuestion extends Question {
  readonly asked: Readonly<Record<string, unknown>>;
}

export function add(program: Command): void {
  program
    .command("backtest")
    .description(
      "judge stored evidence again by a changed check, expectations file or lane, beside what is running: the verdicts that flip",
    )
    .addOption(
      new Option(
        "--check <id@revision>",
        "a check as a git revision has it, such as imex@HEAD; imex@. is the working tree's",
      ).conflicts(["expect", "policy"]),
    )
    .addOption(
      new Option(
        "--expect <file>",
        "an expectations file, in the place of the fleet's; one that is in no expectations/<layer>/ replaces all, as for judge",
      ).conflicts(["check", "policy"]),
    )
    .addOption(
      new Option("--policy <file>", "a lane file, in the place of the lane of its name").conflicts(["check", "expect"]),
    )
    .option(
      "--against <what>",
      "running, a git revision, or a file; without it what is running, and with --evidence the merge-base",
    )
    .option("--evidence <folder>", "bundles of a folder, instead of the passes in the database")
    .option(
      "--since <days>",
      "evidence of this many days, such as 30d (the database: 30d unless told; a folder: all)",
      oneWindow,
    )
    .addOption(asOfOption())
    .option("--by <labels>", `a cell for each of these: ${LABELS.join(", ")}`, labels, BY)
    .option("--resume <name>", "go on with a run of this name, or begin it")
    .option("--markdown <file>", "write the report for a change's review as well")
    .option("--fail-on-flip", "exit 1 when a verdict flips")
    .option("--threads <number>", "threads that judge; as many as processors unless told", count)
    .option("--json", "one JSON line per flip, and last the report")
    .action(run);
}

function labels(text: string): readonly Label[] {
  return list(text).map((name) => {
    if (!isLabel(name)) throw new InvalidArgumentError(`has to be of ${LABELS.join(", ")}`);
    return name;
  });
}

async function run(options: BacktestOptions): Promise<void> {
  const journals = join(dataFolder(), "backtests");
  forgetOldJournals(journals, Date.now());
  const { resume, markdown } = options;
  if (markdown !== undefined) refuseUnwritable(markdown);
  const known = resume === undefined ? undefined : readJournalHead<KeptQuestion>(journals, resume);
  if (known !== undefined) refuseOther(options, known, resume ?? "");
  else if (options.check === undefined && options.expect === undefined && options.policy === undefined)
    throw new SlipwayError(
      "input",
      resume === undefined
        ? "one of --check, --expect and --policy has to say what is changed"
        : `there is no run ${resume}: say by --check, --expect or --policy what is changed, to begin it`,
    );

  let database: Database | undefined;
  const open = async (): Promise<Database> => (database ??= await openDatabase({ start: false }));
  try {
    const question = known ?? { ...(await questionOf(options, open)), asked: askedOf(options) };
    const system = question.folder === null ? storedEvidence(await open()) : undefined;
    const id = resume ?? newJournalId(Date.now());
    if (resume === undefined)
      process.stderr.write(`slipway: if this is cut short, go on by: slipway backtest --resume ${id}\n`);
    const journal = openJournal<KeptQuestion>(journals, id, question);
    try {
      await answer(
        backtest(journal, system, { threads: options.threads ?? availableParallelism(), onDone: progress.said }),
        options,
      );
    } finally {
      progress.end();
      journal.close();
    }
  } finally {
    await database?.close();
  }
}

const line = progressLine();
const progress = { said: (done: number): void => line.say(`${String(done)} bundles judged`), end: line.end };

async function answer(
  documents: AsyncIterable<Flip | BacktestReport>,
  { json, markdown, failOnFlip }: BacktestOptions,
): Promise<void> {
  const listed: Flip[] = [];
  for await (const document of documents) {
    if (document.schema === "slipway/backtest-flip@1") {
      if (listed.length < LISTED) listed.push(document);
      await print(
        json === true ? jsonLine(backtestFlipDocument, { node_name: document.node, ...document }) : flipText(document),
      );
      continue;
    }
    progress.end();
    await print(json === true ? jsonLine(backtestDocument, document) : backtestText(document));
    if (markdown !== undefined) {
      // Whole or not at all: whoever waits for the file reads no half.
      writeFileSync(`${markdown}.part`, backtestMarkdown(document, listed));
      renameSync(`${markdown}.part`, markdown);
    }
    if (failOnFlip === true && Object.keys(document.flips).length > 0) process.exitCode = EXIT.fail;
  }
}

/** Before hours of judging, not after. */
function refuseUnwritable(markdown: string): void {
  try {
    accessSync(dirname(resolve(markdown)), constants.W_OK);
  } catch (error) {
    throw new SlipwayError(
      "input",
      `--markdown ${markdown}: cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

async function questionOf(options: BacktestOptions, open: () => Promise<Database>): Promise<Question> {
  const { check, expect, policy, evidence, since, asOf, by = BY } = options;
  const kind = check !== undefined ? "check" : expect !== undefined ? "expectation" : "policy";
  const folder = evidence === undefined ? null : resolve(evidence);
  // What is changed is read before any database is asked: a wrong name is the user's first mistake to mend.
  const changed = check === undefined ? undefined : await changedCheck(check);
  const file = expect ?? policy;
  if (file !== undefined) textOf(file, expect === undefined ? "--policy" : "--expect");
  const against = await parseAgainst(options.against, {
    folder: folder !== null,
    revision: check === undefined ? "." : parseCheck(check).revision,
  });
  const running = folder === null || "running" in against ? await runningSettings(await open()) : undefined;
  const settings = folder === null && running !== undefined ? running : await checkoutSettings(kind);
  const parts = { settings, running, against };
  const change =
    changed !== undefined
      ? await checkChange(changed, parts)
      : expect !== undefined
        ? await expectationChange(expect, parts)
        : await policyChange(policy ?? "", parts);
  const { clusters } = readFleet(fleetFolder()).clusters;
  return {
    change,
    folder,
    asOf: asOf ?? (folder === null || since !== undefined ? Date.now() : null),
    sinceDays: since ?? (folder === null ? SINCE_DAYS : null),
    by,
    segments: Object.fromEntries(Object.entries(clusters).map(([name, { segment }]) => [name, segment])),
  };
}

/** The words that make the question, of those that were given. */
const askedOf = ({
  check,
  expect,
  policy,
  against,
  evidence,
  since,
  asOf,
  by,
}: BacktestOptions): KeptQuestion["asked"] => ({ check, expect, policy, against, evidence, since, asOf, by });

function refuseOther(options: BacktestOptions, { asked }: KeptQuestion, id: string): void {
  for (const [name, value] of Object.entries(askedOf(options))) {
    const same =
      value === undefined ||
      JSON.stringify(value) === JSON.stringify(asked[name]) ||
      (name === "by" && JSON.stringify(value) === JSON.stringify(BY));
    if (!same)
      throw new SlipwayError(
        "input",
        `the run ${id} asks something else: its --${name === "asOf" ? "as-of" : name} is ${JSON.stringify(asked[name] ?? null)}`,
        { hint: "begin under another name" },
      );
  }
}

function storedEvidence({ store, url }: Database): StoredEvidence {
  const { lanes, clusters } = readFleet(fleetFolder());
  const kinds = new Map(lanes.map(({ lane }) => [lane.lane, lane.kind]));
  const names = {
    ownerOf: (cluster: string) =>
      Object.hasOwn(clusters.clusters, cluster) ? clusters.clusters[cluster]?.owner : undefined,
    laneKindOf: (lane: string) => kinds.get(lane),
  };
  return {
    store,
    blobs: evidenceFolder(),
    database: url,
    admissions: async (asOf) => sessionise((await readDatabase(store, names)).events, { asOf }).spells,
  };
}
