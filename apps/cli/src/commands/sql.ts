import {
  attemptsKind,
  attemptsOfRuns,
  csvLine,
  eventsKind,
  jobsKind,
  query,
  runsKind,
  spellsKind,
  tableOf,
  valueTableKind,
  type NamedTable,
  type QueryResult,
  type RecordKind,
} from "@slipway/records";
import { lastEvent, sessionise, type EventRow, type RunRow } from "@slipway/stats";
import type { Command } from "commander";
import { dataFor } from "../report/guard-output.ts";
import { columns } from "../report/nodes.ts";
import { printable } from "../report/printable.ts";
import { NONE } from "../report/figures.ts";
import { asOfOption, formatOptions } from "../statistics-options.ts";
import { ofFile, rowsOfDatabase, rowsOfFile } from "../statistics-rows.ts";

/** Files that may be asked, by the table that each becomes. */
const FILES = {
  events: eventsKind,
  runs: runsKind,
  spells: spellsKind,
  attempts: attemptsKind,
  jobs: jobsKind,
  table: valueTableKind,
} as const;
type FileName = keyof typeof FILES;

interface SqlOptions extends Readonly<Partial<Record<FileName, string>>> {
  readonly asOf?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function add(program: Command): void {
  const [json, csv] = formatOptions();
  const sql = program
    .command("sql")
    .description(
      "one SELECT over events, runs, spells and attempts, of files or of the running database (DuckDB's SQL; it reads nothing else)",
    )
    .argument("<query>", "such as: select vendor, count(*) from events where event_type = 'ban' group by all");
  for (const name of Object.keys(FILES))
    sql.option(
      `--${name} <file>`,
      `the table ${name}${name === "events" ? ", and spells made of it" : name === "runs" ? ", and attempts made of it" : ""}`,
    );
  sql.addOption(asOfOption()).addOption(json).addOption(csv).action(answer);
}

async function answer(text: string, options: SqlOptions): Promise<void> {
  const result = await query(text, await tablesOf(text, options));
  const { stdout } = process;
  stdout.write(
    options.json === true ? jsonLines(result) : options.csv === true ? dataFor(stdout, csvText(result)) : table(result),
  );
}

async function tablesOf(text: string, { asOf, ...options }: SqlOptions): Promise<NamedTable[]> {
  // What a query does not name it cannot ask; making and loading it takes seconds for a million rows.
  const asked = (name: string): boolean =>
    new RegExp(`\\b(${name}|show|information_schema|duckdb_\\w+)\\b`, "i").test(text);
  const tables = new Map<string, NamedTable>();
  const add = <T extends object>(kind: RecordKind<T>, name: string, rows: readonly T[]): void =>
    void tables.set(name, { name, table: tableOf(kind, rows) });
  const addEvents = (rows: readonly EventRow[], until: number, of: string): void => {
    if (asked("events")) add(eventsKind, "events", rows);
    if (options.spells === undefined && asked("spells"))
      add(
        spellsKind,
        "spells",
        ofFile(of, () => sessionise(rows, { asOf: until }).spells),
      );
  };
  const addRuns = (rows: readonly RunRow[], of: string): void => {
    if (asked("runs")) add(runsKind, "runs", rows);
    if (options.attempts === undefined && asked("attempts"))
      add(
        attemptsKind,
        "attempts",
        ofFile(of, () => attemptsOfRuns(rows).attempts),
      );
  };
  if (Object.keys(FILES).every((name) => options[name as FileName] === undefined)) {
    const { events, runs, now } = await rowsOfDatabase();
    addEvents(events, asOf ?? now, "the database");
    addRuns(runs, "the database");
    return [...tables.values()];
  }
  if (options.events !== undefined) {
    const events = await rowsOfFile(eventsKind, options.events);
    addEvents(events, asOf ?? lastEvent(events), options.events);
  }
  if (options.runs !== undefined) addRuns(await rowsOfFile(runsKind, options.runs), options.runs);
  if (options.spells !== undefined) add(spellsKind, "spells", await rowsOfFile(spellsKind, options.spells));
  if (options.attempts !== undefined) add(attemptsKind, "attempts", await rowsOfFile(attemptsKind, options.attempts));
  if (options.jobs !== undefined) add(jobsKind, "jobs", await rowsOfFile(jobsKind, options.jobs));
  if (options.table !== undefined) add(valueTableKind, "table", await rowsOfFile(valueTableKind, options.table));
  return [...tables.values()];
}

const cellText = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

const jsonLines = ({ columns: names, rows }: QueryResult): string =>
  rows
    .map((row) => `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))}\n`)
    .join("");

const csvText = ({ columns: names, rows }: QueryResult): string =>
  [names, ...rows.map((row) => row.map(cellText))].map(csvLine).join("");

function table({ columns: names, rows }: QueryResult): string {
  const cells = rows.map((row) =>
    row.map((value) => printable(value === null || value === undefined ? NONE : cellText(value))),
  );
  return `${columns([names.map(printable), ...cells])}${String(rows.length)} row${rows.length === 1 ? "" : "s"}\n`;
}
