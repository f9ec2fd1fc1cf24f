import { createReadStream, createWriteStream, existsSync, openSync, renameSync, rmSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { databaseDumpDocument, databaseRestoreDocument, databaseUrlDocument } from "@slipway/queries";
import { dump, findDatabase, restore, StoreError } from "@slipway/store";
import type { Command } from "commander";
import { printable } from "../report/printable.ts";
import { say } from "../report/say.ts";

interface Json {
  readonly json?: boolean;
}

export function add(program: Command): void {
  const db = program.command("db").description("the database: where it is, and an archive of it");
  db.command("url").description("its URL, with the password").option("--json").action(url);
  db.command("dump")
    .description("write everything but the evidence's bytes into one file, from one moment")
    .argument("<file>")
    .option("--json")
    .action(dumpTo);
  db.command("restore")
    .description("fill an empty database from such a file")
    .argument("<file>")
    .option("--json")
    .action(restoreFrom);
}

async function url({ json }: Json): Promise<void> {
  const { url: found } = await findDatabase({ start: false });
  say({ json, document: databaseUrlDocument }, { url: found }, `${found}\n`);
}

async function dumpTo(file: string, { json }: Json): Promise<void> {
  const { url: found } = await findDatabase({ start: true });
  const part = `${file}.part`;
  try {
    // Opened here: a stream would tell that it cannot be before anybody listens.
    const { migration, rows } = await dump(found, createWriteStream(part, { fd: openSync(part, "w", 0o600) }));
    renameSync(part, file);
    say(
      { json, document: databaseDumpDocument },
      { file, migration, rows },
      `${printable(file)}: ${String(rows)} rows at migration ${String(migration)}\n`,
    );
  } catch (error) {
    rmSync(part, { force: true });
    throw readable(file, error);
  }
}

async function restoreFrom(file: string, { json }: Json): Promise<void> {
  if (!existsSync(file)) throw new SlipwayError("input", `${file}: there is no such file`);
  const { url: found } = await findDatabase({ start: true });
  try {
    const { migration, rows } = await restore(found, createReadStream(file));
    say(
      { json, document: databaseRestoreDocument },
      { file, migration, rows },
      `${printable(file)}: ${String(rows)} rows of migration ${String(migration)} are in the database\n`,
    );
  } catch (error) {
    throw readable(file, error);
  }
}

function readable(file: string, error: unknown): Error {
  if (SlipwayError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SlipwayError(StoreError.is(error) ? "config" : "input", `${file}: ${message}`, { cause: error });
}
