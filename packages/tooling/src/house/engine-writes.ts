import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isTest, readWorkspace, sourceFiles } from "../workspace.ts";

/** Tables of the engine, and those whose rows begin with the header of an object. */
const TABLES = [
  "audit",
  "bans",
  "canary_planning",
  "claims",
  "condition_changes",
  "conditions",
  "housekeeping",
  "intents",
  "ledger",
  "observations",
  "owner_changes",
  "releases",
  "undo_entries",
  "validations",
  "vendor_accounts",
];
/** Where rows are written on behalf of a ChangeSet, and where the tables themselves are made. */
const WRITERS = ["packages/reconciler/src/changes/", "packages/store/"];

const names = TABLES.join("|");
/** A write by a transaction; `change.insert` goes through a ChangeSet. */
const WRITE = new RegExp(`(?<!\\bchange)\\.(?:insert|update|upsert|remove)\\(\\s*["'](${names})["']`, "g");
const SQL = new RegExp(`\\b(?:insert into|delete from|update(?=\\s+\\w+\\s+set\\b))\\s+(${names})\\b`, "gi");

/** A statement that writes a row which is the engine's. */
export interface EngineWrite {
  /** File and line, from the root. */
  readonly where: string;
  readonly file: string;
  readonly table: string;
}

/**
 * Every place in the source of packages and apps that writes a table of the engine without a ChangeSet, which brings
 * the audit row, the condition and the lock along; tests do not count.
 */
export function engineWrites(root: string): EngineWrite[] {
  const files = readWorkspace(root)
    .flatMap(({ dir }) => sourceFiles(root, dir))
    .filter((file) => !isTest(file) && !WRITERS.some((folder) => file.startsWith(folder)));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8").replaceAll(/^[ \t]*(?:\/\/|\/?\*).*$/gm, "");
    return [WRITE, SQL].flatMap((pattern) =>
      [...text.matchAll(pattern)].map((match) => ({
        where: `${file}:${String(text.slice(0, match.index).split("\n").length)}`,
        file,
        table: match[1] ?? "",
      })),
    );
  });
}
