import {
  closeSync,
  existsSync,
  ftruncateSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import { SlipwayError } from "@slipway/plugin-sdk";

const SCHEMA = "slipway/backtest-journal@1";
/** Journals that nobody went on with are removed after this. */
const KEPT_MS = 30 * 86_400_000;
const CHUNK = 2 ** 16;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const newJournalId = (now: number): string =>
  `${new Date(now).toISOString().slice(0, 10)}-${randomBytes(4).toString("hex")}`;

/**
 * Where a run stands: its question on the first line, then a line for each unit that is done, in
 * order. Lines are only ever added, so that a process killed at any moment loses the line it was
 * writing and no other.
 */
export interface Journal<Head> {
  readonly head: Head;
  /** The lines that were there when it was opened. */
  lines(): Generator<string>;
  add(line: string): void;
  close(): void;
}

export const journalFile = (folder: string, id: string): string => {
  if (!ID.test(id))
    throw new SlipwayError("input", `--resume ${JSON.stringify(id)}: a name is letters, digits, '.', '_' and '-'`);
  return join(folder, `${id}.jsonl`);
};

/**
 * Reads what a run was asked, or undefined when there is no such run.
 *
 * @throws SlipwayError of kind `config` for a file that is no journal
 */
export function readJournalHead<Head>(folder: string, id: string): Head | undefined {
  const file = journalFile(folder, id);
  if (!existsSync(file)) return undefined;
  const [first] = linesOf(file);
  // Killed before its first line was whole: nothing was done, and nothing is lost.
  if (first === undefined) return undefined;
  return parseHead<Head>(first, file);
}

/**
 * Opens the journal of a run, alone.
 *
 * @param begin what is asked, when the run is a new one
 * @throws SlipwayError of kind `config` while another process goes on with it, and for a file that is no journal
 */
export function openJournal<Head>(folder: string, id: string, begin: Head): Journal<Head> {
  mkdirSync(folder, { recursive: true });
  const file = journalFile(folder, id);
  const release = lock(`${file}.lock`, id);
  const descriptor = openSync(file, "a+", 0o640);
  cutTornLine(descriptor);
  if (fstatSync(descriptor).size === 0) writeSync(descriptor, `${JSON.stringify({ schema: SCHEMA, asked: begin })}\n`);
  const [first = ""] = linesOf(file);
  return {
    head: parseHead<Head>(first, file),
    *lines() {
      const lines = linesOf(file, fstatSync(descriptor).size);
      lines.next();
      yield* lines;
    },
    add: (line) => void writeSync(descriptor, `${line}\n`),
    close() {
      closeSync(descriptor);
      release();
    },
  };
}

/** Removes journals that are older than what anybody goes on with. */
export function forgetOldJournals(folder: string, now: number): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (name.endsWith(".jsonl") && statSync(file).mtimeMs < now - KEPT_MS) rmSync(file, { force: true });
  }
}

function parseHead<Head>(line: string, file: string): Head {
  try {
    const { schema, asked } = JSON.parse(line) as { readonly schema?: unknown; readonly asked?: Head };
    if (schema === SCHEMA && asked !== undefined) return asked;
  } catch {
    // Said below.
  }
  throw new SlipwayError("config", `${file}: is no journal of this release`, { hint: "begin under another name" });
}

/** Whole lines of a file up to an offset; a last one that is not ended is none. */
function* linesOf(file: string, until = Infinity): Generator<string> {
  const descriptor = openSync(file, "r");
  try {
    const chunk = Buffer.alloc(CHUNK);
    let rest = Buffer.alloc(0);
    for (let offset = 0; offset < until;) {
      const read = readSync(descriptor, chunk, 0, Math.min(CHUNK, until - offset), offset);
      if (read === 0) return;
      offset += read;
      rest = Buffer.concat([rest, chunk.subarray(0, read)]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        yield rest.toString("utf8", 0, end);
        rest = rest.subarray(end + 1);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** What comes after the last line feed was being written when the process was killed. */
function cutTornLine(descriptor: number): void {
  const { size } = fstatSync(descriptor);
  const chunk = Buffer.alloc(CHUNK);
  for (let end = size; end > 0;) {
    const from = Math.max(0, end - CHUNK);
    readSync(descriptor, chunk, 0, end - from, from);
    const last = chunk.subarray(0, end - from).lastIndexOf(10);
    if (last >= 0) return void (from + last + 1 < size && ftruncateSync(descriptor, from + last + 1));
    end = from;
  }
  ftruncateSync(descriptor, 0);
}

/** Holds a name for this process; one that is dead holds nothing. */
function lock(file: string, id: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      writeFileSync(file, `${String(process.pid)} ${startOf(process.pid)}`, { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const [pid = "", start = ""] = readFileSync(file, "utf8").split(" ");
      if (isAlive(Number(pid)) && startOf(Number(pid)) === start) break;
      rmSync(file, { force: true });
    }
  }
  throw new SlipwayError("config", `another process goes on with ${id}`, {
    hint: "wait for it, or begin under another name",
  });
}

/**
 * When a process was started, as Linux tells it (proc_pid_stat(5), field 22); empty where there is no /proc.
 * In a container the same number comes again with every start: the number alone names nobody.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    // The second field is a name in parentheses, which may hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
