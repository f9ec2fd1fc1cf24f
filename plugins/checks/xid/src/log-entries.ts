import type { Line } from "@slipway/plugin-sdk";

/** A message of the log: a line of it, or what a record of the journal holds. */
export interface Entry {
  readonly line: number;
  /** The whole line, or the message of a record. */
  readonly text: string;
  /** Whether it is a record of another program than the kernel; undefined for a line, whose form tells it. */
  readonly foreign: boolean | undefined;
}

/** Colours of `dmesg --color=always`, which also stand inside the texts that count. */
const COLOUR = /\u001B\[[\d;]{0,20}m/g;

/** Takes a log apart: lines as they are, and records of `journalctl -o json`, `json-pretty`, `export` and `verbose` as their message. */
export function logEntries(printed: readonly Line[]): Entry[] {
  const lines = printed.map((line) =>
    line.text.includes("\u001B[") ? { ...line, text: line.text.replaceAll(COLOUR, "") } : line,
  );
  const entries: Entry[] = [];
  let next = 0;
  for (const [index, line] of lines.entries()) {
    if (index < next) continue;
    const record = jsonLine(line) ?? prettyJson(lines, index, line) ?? fieldLines(lines, index);
    for (const entry of record?.entries ?? [{ line: line.number, text: line.text, foreign: undefined }])
      entries.push(entry);
    next = index + (record?.lines ?? 1);
  }
  return entries;
}

/** What begins at a line, and how many lines it takes. */
interface Records {
  readonly entries: readonly Entry[];
  readonly lines: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The identifier tells whose record it is; where it was left out, the way by which the record came. */
function isForeign({ SYSLOG_IDENTIFIER: identifier, _TRANSPORT: transport }: Fields): boolean {
  const named = identifier ?? transport;
  return named !== undefined && named !== "kernel";
}

/** The journal prints a message that is no UTF-8, or holds unprintable bytes, as a list of them. */
function messageText(message: unknown): string | undefined {
  if (typeof message === "string") return message;
  if (!Array.isArray(message) || !message.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256))
    return undefined;
  return new TextDecoder().decode(Uint8Array.from(message as number[]));
}

/** A record, or several in a list. */
function recordsOf(value: unknown, line: number): Entry[] {
  const records: unknown[] = Array.isArray(value) ? value : [value];
  return records.flatMap((record) => {
    if (typeof record !== "object" || record === null) return [];
    const fields = record as Fields;
    const text = messageText(fields["MESSAGE"]);
    return text === undefined ? [] : [{ line, text, foreign: isForeign(fields) }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands before a record in one line: a container runtime's stamp, kubectl's prefix, json-sse and json-seq. */
const BEFORE_RECORD = /^\s{0,8}(?:\S{1,64}\sstd(?:out|err)\s[FP]\s|\[pod\/[^\]\s]{1,200}\]\s|data:\s|\u001e)?(?=\[?\{)/;

function jsonLine({ number: line, text }: Line): Records | undefined {
  const before = text.includes('"MESSAGE"') ? BEFORE_RECORD.exec(text) : null;
  if (before === null) return undefined;
  const entries = recordsOf(parsed(text.slice(before[0].length)), line);
  return entries.length === 0 ? undefined : { entries, lines: 1 };
}

/** Whether a line is JSON to its end, or closes JSON: nothing of it was cut, with or without a newline. */
export function isWholeJson({ text }: Line): boolean {
  const before = BEFORE_RECORD.exec(text);
  return /^\s*(?:\}\]?|\])$/.test(text) || (before !== null && parsed(text.slice(before[0].length)) !== undefined);
}

const OPENING = /^\s{0,8}\[?\{\s{0,8}$/;
const BRACE = /^\s{0,8}(?:\[?\{|\}\]?,?)\s{0,8}$/;

/** A record over several lines, from `{` to `}`. */
function prettyJson(lines: readonly Line[], start: number, first: Line): Records | undefined {
  if (!OPENING.test(first.text)) return undefined;
  const inside: Line[] = [];
  const after = (): Line | undefined => lines[start + 1 + inside.length];
  for (let line = after(); line !== undefined && !BRACE.test(line.text); line = after()) inside.push(line);
  const message = inside.find(({ text }) => text.trim().startsWith('"MESSAGE"'));
  if (message === undefined) return undefined;
  const block = lines.slice(start, start + inside.length + 2);
  const text = block
    .map((line) => line.text.trim())
    .join("\n")
    .replace(/^\[/, "")
    .replace(/\]?,?$/, "");
  const entries = recordsOf(parsed(text), message.number);
  return entries.length === 0 ? undefined : { entries, lines: block.length };
}

const FIELD = /^\s{0,8}[A-Z_][A-Z0-9_]{0,63}=/;

/** Lines `NAME=value`, up to one that is none or to the next cursor: a record where one of them is its message. */
function fieldLines(lines: readonly Line[], start: number): Records | undefined {
  const fields: Record<string, string> = {};
  const plain: Entry[] = [];
  const messages: { line: number; text: string }[] = [];
  const after = (): Line | undefined => lines[start + plain.length];
  for (let next = after(); next !== undefined; next = after()) {
    const { number: line, text } = next;
    const match = FIELD.exec(text);
    if (match === null) break;
    const [beginning] = match;
    const name = beginning.trim().slice(0, -1);
    if (name === "__CURSOR" && plain.length > 0) break;
    plain.push({ line, text, foreign: undefined });
    const value = text.slice(beginning.length);
    if (name === "MESSAGE") messages.push({ line, text: value });
    else fields[name] ??= value;
  }
  const foreign = isForeign(fields);
  const entries = messages.length === 0 ? plain : messages.map((message) => ({ ...message, foreign }));
  return plain.length === 0 ? undefined : { entries, lines: plain.length };
}
