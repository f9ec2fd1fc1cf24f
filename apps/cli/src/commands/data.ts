import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { dataCheckDocument, dataExportDocument } from "@slipway/queries";
import {
  attemptsKind,
  attemptsOfRuns,
  checkFile,
  eventsKind,
  openSource,
  runsKind,
  tableOf,
  writeRecords,
  type FileCheck,
  type Table,
} from "@slipway/records";
import type { Command } from "commander";
import { EXIT } from "../exit.ts";
import { whole } from "../report/figures.ts";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";
import { progressLine, rowsOfDatabase } from "../statistics-rows.ts";

export function add(program: Command): void {
  const data = program.command("data").description("the rows that statistics are made of: admissions, bans, runs");
  data
    .command("export")
    .description("the running database's events, runs and attempts as files")
    .requiredOption("--out <folder>", "where they are written")
    .option("--parquet", "Parquet instead of CSV")
    .option("--json", "one JSON line per file")
    .action(exportFiles);
  data
    .command("check")
    .description("what a file of rows holds, and what is wrong with it")
    .argument("<file>", "CSV or Parquet, - for standard input; its kind shows in its header")
    .option("--json")
    .action(check);
}

async function exportFiles({
  out,
  parquet,
  json,
}: {
  readonly out: string;
  readonly parquet?: boolean;
  readonly json?: boolean;
}): Promise<void> {
  const { events, runs } = await rowsOfDatabase();
  mkdirSync(out, { recursive: true });
  const write = async <T>(table: Table<T>): Promise<void> => {
    const { name } = table.kind;
    const file = join(out, `${name}.${parquet === true ? "parquet" : "csv"}`);
    await writeRecords(file, parquet === true ? "parquet" : "csv", table);
    say(
      { json, document: dataExportDocument },
      { file, kind: name, rows: table.rows.length },
      `${file}: ${whole(table.rows.length)} ${name}\n`,
    );
  };
  await write(tableOf(eventsKind, events));
  await write(tableOf(runsKind, runs));
  await write(tableOf(attemptsKind, attemptsOfRuns(runs).attempts));
}

async function check(file: string, { json }: { readonly json?: boolean }): Promise<void> {
  const source = await openSource(file);
  const line = progressLine();
  const { size } = source;
  const found = await checkFile(source, (read) => {
    const share = size === undefined || source.parquet !== undefined ? undefined : Math.floor((read / size) * 100);
    line.say(`reading ${file}: ${share === undefined ? String(read) : `${String(share)} %`}`);
  });
  line.end();
  const { data_quality, runs, ...rest } = found;
  const counters = {
    ...(data_quality === undefined ? {} : { data_quality: { ...data_quality } }),
    ...(runs === undefined ? {} : { runs: { ...runs } }),
  };
  say({ json, document: dataCheckDocument }, { file, ...rest, ...counters }, text(file, found));
  if (found.problem_count > 0) process.exitCode = EXIT.usage;
}

function text(
  file: string,
  { kind, rows, problem_count, problems, labels, data_quality, admissions, runs, attempts }: FileCheck,
): string {
  const counters = (of: object): string =>
    Object.entries(of)
      .map(([name, value]) => `${name} ${whole(Number(value))}`)
      .join(", ");
  const lines = [
    `${file}: ${kind === null ? "of no kind" : `${whole(rows)} rows of ${kind}`}` +
      `${problem_count === 0 ? "" : `, ${whole(problem_count)} problem${problem_count === 1 ? "" : "s"}`}`,
    ...(labels.length === 0 ? [] : [`  labels: ${labels.join(", ")}`]),
    ...(admissions === undefined ? [] : [`  admissions: ${whole(admissions)}`]),
    ...(data_quality === undefined ? [] : [`  ${counters(data_quality)}`]),
    ...(attempts === undefined ? [] : [`  attempts: ${whole(attempts)}`]),
    ...(runs === undefined ? [] : [`  ${counters(runs)}`]),
    ...problems.map((problem) => `  ${problem}`),
    ...(problem_count > problems.length ? [`  and ${whole(problem_count - problems.length)} more`] : []),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}
