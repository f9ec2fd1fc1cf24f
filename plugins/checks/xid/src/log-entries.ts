import type { Line } from "@slipway/plugin-sdk";

/** A message of the log: a line of it, or what a record of the journal holds. */
export interface Entry {
  readonly line: number;
  /** The whole line, or the message of a record. */
  readonly text: string;
  /** Whose record it is; undefined for a line, whose form tells it. */
  readonly record: "kernel" | "foreign" | undefined;
}

/** Colours of `dmesg --color=always`, which also stand inside the texts that count. */
const COLOUR = /\u001B\[[\d;]{0,20}m/g;

/** Takes a log apart: lines as they are, and records of `journalctl -o json`, `json-pretty`, `export` and `verbose` as their message. */
export function logEntries(printed: readonly Line[]): Entry[] {
  const lines = printed.map((line) =>
    line.text.includes("\u001B[") ? { ...line, text: line.text.replaceAll(COLOUR, "") } : line,
  );
  const entries: Entry[] = [];
  const isJson = lines.some(({ text }) => text.includes('"MESSAGE"'));
  for (let index = 0; index < lines.length;) {
    const json = isJson ? (jsonLine(lines[index]) ?? prettyJson(lines, index)) : undefined;
    const record = json ?? fieldLines(lines, index);
    if (record === undefined) {
      const { number: line, text } = lines[index] ?? { number: index + 1, text: "" };
      entries.push({ line, text, record: undefined });
    } else for (const entry of record.entries) entries.push(entry);
    index += record?.lines ?? 1;
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
function owner({ SYSLOG_IDENTIFIER: identifier, _TRANSPORT: transport }: Fields): "kernel" | "foreign" {
  const named = identifier ?? transport;
  return named === undefined || named === "kernel" ? "kernel" : "foreign";
}

/** The journal prints a message that is no UTF-8, or holds unprintable bytes, as a list of them. */
function messageText(message: unknown): string | undefined {
  if (typeof message === "string") return message;
  if (!Array.isArray(message) || !message.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256))
    return undefined;
  return new TextDecoder().decode(Uint8Array.from(message as number[]));
}

function recordOf(value: unknown, line: number): Entry[] {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => recordOf(element, line));
  if (typeof value !== "object" || value === null) return [];
  const fields = value as Fields;
  const text = messageText(fields["MESSAGE"]);
  return text === undefined ? [] : [{ line, text, record: owner(fields) }];
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

function jsonLine(line: Line | undefined): Records | undefined {
  const before = line === undefined ? null : BEFORE_RECORD.exec(line.text);
  if (line === undefined || before === null || !line.text.includes('"MESSAGE"')) return undefined;
  const entries = recordOf(parsed(line.text.slice(before[0].length)), line.number);
  return entries.length === 0 ? undefined : { entries, lines: 1 };
}

/** Whether a line is JSON to its end, or closes JSON: nothing of it was cut, with or without a newline. */
export function isWholeJson({ text }: Line): boolean {
  const before = BEFORE_RECORD.exec(text);
  return /^\s*(?:\}\]?|\])$/.test(text) || (before !== null && parsed(text.slice(before[0].length)) !== undefined);
}

/** A record over several lines, from `{` to `}`. */
function prettyJson(lines: readonly Line[], start: number): Records | undefined {
  if (!/^\s{0,8}\[?\{\s{0,8}$/.test(lines[start]?.text ?? "")) return undefined;
  let end = start + 1;
  while (end < lines.length && !/^\s{0,8}(?:\[?\{|\}\]?,?)\s{0,8}$/.test(lines[end]?.text ?? "")) end += 1;
  const block = lines.slice(start, end + 1).map(({ text }) => text.trim());
  const message = block.findIndex((text) => text.startsWith('"MESSAGE"'));
  if (message < 0) return undefined;
  const text = block
    .join("\n")
    .replace(/^\[/, "")
    .replace(/\]?,?$/, "");
  const entries = recordOf(parsed(text), lines[start + message]?.number ?? 0);
  return entries.length === 0 ? undefined : { entries, lines: block.length };
}

const FIELD = /^\s{0,8}([A-Z_][A-Z0-9_]{0,63})=/;

/** Lines `NAME=value`, up to one that is none or to the next cursor: a record where one of them is its message. */
function fieldLines(lines: readonly Line[], start: number): Records | undefined {
  const fields: Record<string, string> = {};
  const plain: Entry[] = [];
  const messages: { line: number; text: string }[] = [];
  for (let index = start; index < lines.length; index += 1) {
    const { number: line, text } = lines[index] ?? { number: 0, text: "" };
    const match = FIELD.exec(text);
    if (match === null || (index > start && match[1] === "__CURSOR")) break;
    const [whole, name = ""] = match;
    plain.push({ line, text, record: undefined });
    if (name === "MESSAGE") messages.push({ line, text: text.slice(whole.length) });
    else fields[name] ??= text.slice(whole.length);
  }
  const record = owner(fields);
  const entries = messages.length === 0 ? plain : messages.map((message) => ({ ...message, record }));
  return plain.length === 0 ? undefined : { entries, lines: plain.length };
}
