import { setTimeout as sleep } from "node:timers/promises";
import { ValidationStatus } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import { jsonLine, listValidations, OPEN_STATUSES, showValidation, validationDocument } from "@slipway/queries";
import { retryValidation } from "@slipway/runner";
import { timeOf } from "@slipway/store";
import { Option, type Command } from "commander";
import { openDatabase } from "../database.ts";
import { printable } from "../report/printable.ts";
import { signed } from "../signed.ts";
import { validationText, validationsText } from "../report/validations.ts";

interface ListOptions {
  readonly status?: ValidationStatus;
  readonly cluster?: string;
  readonly all?: boolean;
  readonly limit?: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Lines of the table unless told; --json has no limit but one that is asked for. */
const SHOWN = 40;

export function add(program: Command): void {
  const validations = program
    .command("validations")
    .description("machines on their way back: lanes, passes, and why each stands as it stands");
  validations
    .command("list")
    .description("open validations, or all")
    .addOption(new Option("--status <status>").choices(ValidationStatus.options))
    .option("--cluster <cluster>")
    .option("--all", "ended ones too, the newest first")
    .option(
      "--limit <n>",
      `rows shown; ${String(SHOWN)} of the table, a screen of --watch and all of --json when absent`,
    )
    .option("--watch", "again every second until Ctrl-C")
    .option("--json", "one JSON line per validation")
    .action(list);
  validations
    .command("show")
    .description("one validation: its lane, every pass, every finding")
    .argument("<id>", "its number")
    .option("--watch", "again every second until it ends")
    .option("--json")
    .action(show);
  signed(validations.command("retry").description("take a held validation up again").argument("<id>")).action(retry);
}

function limitOf({ limit: text, json, watch }: ListOptions): number | undefined {
  if (text === undefined)
    return json === true ? undefined : isScreen(watch) ? Math.max(1, process.stdout.rows - 3) : SHOWN;
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new SlipwayError("input", `--limit ${text}: has to be a whole number above 0`);
  return limit;
}

const isScreen = (watch: boolean | undefined): boolean => watch === true && process.stdout.isTTY;

const again = (watch: boolean | undefined): string => (isScreen(watch) ? "\u001b[2J\u001b[H" : "");

/** Lines as a screen takes them that is drawn again and again: cut where one would go on in the next. */
const cutLines = (text: string, watch: boolean | undefined): string =>
  isScreen(watch) ? text.replace(/.+/g, (line) => line.slice(0, process.stdout.columns)) : text;

async function list(options: ListOptions): Promise<void> {
  const { status, cluster, all = false, watch, json } = options;
  const limit = limitOf(options);
  const statuses = all ? ValidationStatus.options : OPEN_STATUSES;
  const database = await openDatabase({ start: false });
  try {
    do {
      const { validations, total } = await listValidations(database.store, {
        status: status === undefined ? statuses : [status],
        cluster,
        newest: all,
        limit,
      });
      const left = total - validations.length;
      if (json === true) {
        for (const one of validations) process.stdout.write(jsonLine(validationDocument, one));
        if (left > 0) process.stderr.write(`slipway: ${String(left)} more are beyond --limit\n`);
      } else {
        const text = validationsText(validations, await timeOf(database.store), left);
        process.stdout.write(`${again(watch)}${cutLines(text, watch)}`);
      }
      if (watch === true) await sleep(1_000);
    } while (watch === true);
  } finally {
    await database.close();
  }
}

async function show(id: string, { watch, json }: { readonly watch?: boolean; readonly json?: boolean }): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    for (;;) {
      const shown = await showValidation(database.store, id);
      process.stdout.write(
        json === true ? jsonLine(validationDocument, shown) : `${again(watch)}${validationText(shown)}`,
      );
      if (watch !== true || !OPEN_STATUSES.includes(shown.status)) return;
      await sleep(1_000);
    }
  } finally {
    await database.close();
  }
}

async function retry(
  name: string,
  { by, reason, json }: { readonly by: string; readonly reason: string; readonly json?: boolean },
): Promise<void> {
  const database = await openDatabase({ start: false });
  try {
    const { id } = await showValidation(database.store, name);
    await retryValidation(database.store, { validation: id, by, reason });
    const { passes: _passes, results: _results, audit: _audit, ...now } = await showValidation(database.store, name);
    process.stdout.write(
      json === true
        ? jsonLine(validationDocument, now)
        : `validation ${String(id)} of ${printable(now.node)} is in line again\n`,
    );
  } finally {
    await database.close();
  }
}
