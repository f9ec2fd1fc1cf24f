import { asciiLower, isSpoiled } from "@slipway/plugin-sdk";
import type { Found } from "./found.ts";
import { lineForm, LONGEST_FORM, type LineForm } from "./line-form.ts";
import type { Entry } from "./log-entries.ts";
import { spoiledWords } from "./spoiled.ts";

/** The words by which the texts are found. */
const WORDS = new RegExp(
  [
    /NVRM:(?:\s{0,8}Xid(?!\w))?/,
    /(?:nvidia-nvswitch\w{0,10}:?\s{0,8})?SXid(?!\w)/,
    /Xid(?=\s{0,8}\(PCI:)/,
    /nvidia(?:\s[\da-f:.]{7,20})?:\sprobe\s/,
    /Linux version (?=\d)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gi",
);
/** What every one of them holds: most lines have none. */
const IN_WORDS = /NVRM:|Xid|nvidia|Linux version/i;
/** `(PCI:0008:01:00`, `(0008:01:00` of old drivers, or what is left of one. */
const ADDRESS_BEGINS = /^\s{0,8}\(\s{0,4}(?:PCI:|[0-9a-f]{1,8}:)/i;

/** Finds every text that counts, in the order of the log. */
export function scan(entries: readonly Entry[]): Found[] {
  const found: Found[] = [];
  // A line that is indented goes on with the message of the last one that is not.
  let head: Entry | undefined;
  for (const entry of entries) {
    if (!/^\s/.test(entry.text)) head = entry;
    const before = prefixReader(entry, head);
    const places = IN_WORDS.test(entry.text) ? [...entry.text.matchAll(WORDS)] : [];
    places.forEach((place, index) => {
      const one = foundAt(entry, place, places[index + 1]?.index ?? entry.text.length, before);
      if (one !== undefined) found.push(one);
    });
    if (isSpoiled(entry.text)) for (const one of spoiledTexts(entry, before)) found.push(one);
  }
  return found;
}

/** What stands before a text. */
interface Before {
  /** It shows that another program than the kernel wrote the line. */
  readonly foreign: boolean;
  /** The message begins with the text. */
  readonly opens: boolean;
  /** The message may begin with the text, since nothing tells where it begins. */
  readonly mayOpen: boolean;
}

function prefixReader(entry: Entry, head: Entry | undefined): (at: number) => Before {
  const { text } = entry;
  let long: LineForm | undefined;
  const formAt = (at: number): LineForm =>
    at < LONGEST_FORM ? lineForm(text.slice(0, at)) : (long ??= lineForm(text));
  return (at) => {
    const prefix = text.slice(0, at);
    const blank = prefix.trim() === "";
    if (entry.foreign !== undefined) return { foreign: entry.foreign, opens: blank, mayOpen: blank };
    if (blank && head !== undefined && head !== entry)
      return { foreign: head.foreign === true || lineForm(head.text).foreign, opens: true, mayOpen: true };
    const { foreign, start, known } = formAt(at);
    const opens = prefix.slice(start).trim() === "";
    return { foreign, opens, mayOpen: opens || !known };
  };
}

function foundAt(entry: Entry, place: RegExpExecArray, end: number, before: (at: number) => Before): Found | undefined {
  const [words] = place;
  const { index: at } = place;
  const kind = kindOf(words);
  // The kernel writes its banner in this case alone.
  if (kind === "banner" && !words.startsWith("Linux")) return undefined;
  const body = entry.text.slice(at + words.length, end);
  const { foreign, opens, mayOpen } = before(at);
  const quoted = foreign || isQuoted(entry.text, kind === "sxid" ? deviceStart(entry.text, at, words) : at);
  const found = { kind, line: entry.line, text: entry.text.slice(at, end).trim(), body, quoted, doubtful: false };
  if (kind !== "xid" && kind !== "sxid") return found;
  const lower = asciiLower(words);
  const addressed = ADDRESS_BEGINS.test(body);
  const named = kind === "xid" ? lower.startsWith("nvrm") : lower.startsWith("nvidia");
  const isText =
    addressed && (named || opens || (kind === "sxid" && /:\s{0,8}$/.test(entry.text.slice(0, at).slice(-9))));
  if (isText) return found;
  // Words about an Xid are none, but what may begin like one is not skipped.
  const isDoubtful = mayOpen && (named || (addressed && kind === "sxid" && !/:\s/.test(entry.text.slice(0, at))));
  return isDoubtful ? { ...found, doubtful: true } : undefined;
}

function kindOf(words: string): Found["kind"] {
  const lower = asciiLower(words);
  if (lower.startsWith("linux")) return "banner";
  if (lower.endsWith("sxid")) return "sxid";
  if (lower.startsWith("nvidia")) return "probe";
  return lower.endsWith("xid") ? "xid" : "nvrm";
}

/** Quotation marks, apostrophes and `=`, of any language. */
const MARK = String.raw`"'\x60=\p{Pi}\p{Pf}\u201A\u201E\u300C\u300E\uFF02\uFF07\uFF1D`;
const QUOTATION_MARK = new RegExp(`[${MARK}]$`, "u");
const DEVICE = new RegExp(String.raw`[^\s:${MARK}]{1,40}:\s{0,8}$`, "u");

/** Where the name of the device of an SXid begins, which may be another than `nvidia-nvswitch0`. */
function deviceStart(text: string, at: number, words: string): number {
  if (asciiLower(words).startsWith("nvidia")) return at;
  const device = DEVICE.exec(text.slice(Math.max(0, at - 50), at));
  return device === null ? at : at - device[0].length;
}

const KERNEL_RECORD = /(?<!\S)(?:SYSLOG_IDENTIFIER|_TRANSPORT)=kernel(?!\S)/;

/** A quotation mark, an apostrophe or `=` directly before; `MESSAGE=` in a kernel record of one line is none. */
function isQuoted(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 9), at);
  if (!QUOTATION_MARK.test(before)) return false;
  return !(/(?<!\S)MESSAGE=$/.test(before) && KERNEL_RECORD.test(text.slice(0, LONGEST_RECORD)));
}

/** A record in one line has its fields in its first characters, or its message is quoted all the same. */
const LONGEST_RECORD = 4096;

/** Texts whose words are damaged: what they say cannot be read, so that one in quotation marks says nothing (rules G3 and Y5). */
function spoiledTexts(entry: Entry, before: (at: number) => Before): Found[] {
  const { line } = entry;
  return spoiledWords(entry.text).flatMap(({ kind, index }) => {
    if (before(index).foreign || isQuoted(entry.text, index)) return [];
    const text = entry.text.slice(index).trim();
    return [{ kind, line, text, body: "", quoted: false, doubtful: true }];
  });
}
