// What logs put before a kernel message. Every bound below keeps a line of 1 MB linear to read.

/** A line as far as the form of its log is known (rule Y5). */
export interface LineForm {
  /** Its tag field names another program than the kernel. */
  readonly foreign: boolean;
  /** Where the message begins, behind stamps and tag. */
  readonly start: number;
  /** The form is known to its end, so that the message begins at `start` and nowhere else. */
  readonly known: boolean;
}

const ISO = String.raw`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d`;
const WEEKDAY = String.raw`[\p{L}\p{M}.]{1,12},?\s`;
const FACILITY = "kern|user|mail|daemon|auth|authpriv|syslog|lpr|news|uucp|cron|ftp|local[0-7]";

/** Stamps of the kernel's own tools, which have no tag field: `name[pid]:` behind one is a program's that wrote to /dev/kmsg. */
const KERNEL_STAMP = [
  // <4>
  String.raw`<\d{1,4}>`,
  // 6,3973,2279,-; (kmsg)
  String.raw`\d{1,4},\d{1,20},\d{1,20},[^;]{1,100};`,
  // [   12.345678], [  T123], [    0.000000 <    0.000000 >], [Thu May 28 01:14:02 2026] in any language, Talos' [2026-05-28T01:14:02Z]:
  String.raw`\[(?=[^\]]{0,60}\p{N})[\s\p{L}\p{M}\p{N}:.,+/<>-]{1,60}\]:?`,
  // kern  :warn  : (dmesg -x), kern: warning: (Talos)
  String.raw`(?:${FACILITY})\s{0,8}:\s{0,8}\w{1,10}\s{0,8}:`,
  // 2026-05-28T01:14:02,285060+00:00 (dmesg --time-format iso)
  String.raw`${ISO},\d{1,9}[\d:+-]{0,6}(?=\s|$)`,
].join("|");

/** Stamps behind which a host and a tag follow. */
const CLOCK_STAMP = [
  // 2026-05-28T01:14:02.123456+00:00, 2026-05-28 01:14:02.123456789 +0000
  String.raw`${ISO}(?:\.\d{1,9})?(?:Z|\s?[+-]\d\d:?\d\d)?(?=\s|$)`,
  // Thu 2026-05-28 01:14:02 UTC, in any language
  String.raw`${WEEKDAY}${ISO}(?:\.\d{1,9})?(?:\s(?:[A-Z]{2,5}|[+-]\d{2,4}))?(?=\s|$)`,
  // 1748394842.123456
  String.raw`\d{9,11}\.\d{3,9}(?=\s|$)`,
].join("|");

/** May 28 01:14:02, Thu May 28 01:14:02 2026, in any language; logger -s puts a tag behind it without a host. */
const SYSLOG_STAMP = String.raw`(?:${WEEKDAY})?[\p{L}\p{M}\p{N}.]{1,15}\s{1,2}\d{1,2}\s\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:\s\d{4})?(?=\s|$)`;

/** What a container runtime puts behind its own stamp: the line itself follows, of any form. */
const RUNTIME = String.raw`std(?:out|err)\s[FP](?=\s|$)`;

const STAMP = String.raw`(?:(?<kernel>${KERNEL_STAMP})|(?<clock>${CLOCK_STAMP})|(?<syslog>${SYSLOG_STAMP})|(?<runtime>${RUNTIME}))`;
const FIRST_STAMP = new RegExp(String.raw`(?<![\p{L}\p{N}_)])${STAMP}`, "u");
const NEXT_STAMP = new RegExp(String.raw`\s*${STAMP}`, "uy");
const MOST_STAMPS = 8;

/** `<6>1 2026-05-28T01:14:02Z host app procid msgid` and structured data (RFC 5424), the priority perhaps taken off. */
const RFC5424 = new RegExp(
  String.raw`(?<!\S)(?:<\d{1,3}>[1-9]\d?\s(?:${ISO}\S{0,20}|-)|1\s${ISO}\S{0,20})\s\S{1,255}\s(?:-|(?<app>\S{1,48}))\s\S{1,128}\s\S{1,32}\s{1,4}` +
    String.raw`(?:-(?=\s|$)|(?:\[(?:[^\]\\"]|"(?:[^"\\]|\\.)*")*\])+)?`,
  "u",
);

/** `host tag[pid]:`, the host perhaps left out; busybox puts `user.notice` between. */
const TAG =
  /\s*(?:(?<host>\S{1,255})\s+)?(?:[a-z]{2,8}[0-7]?\.[a-z]{3,7}\s+)?(?<tag>[^\s:[\]"'=]{1,64})(?<pid>\[\d{1,10}\])?:(?=\s|$)/uy;
/** `a program[812]:`, whose name may hold blanks. */
const NAMED_PROCESS = /\s*(?<name>[^:[\]"'=]{1,200})\[\d{1,10}\]:(?=\s|$)/uy;

const isKernel = (tag: string): boolean => /^kern(?:el|\.[a-z]{1,10})?$/i.test(tag);

/** Nothing behind this many characters counts as a form: stamps, a host and a tag are shorter. */
export const LONGEST_FORM = 512;

/**
 * Reads what stands before a message: the form of syslog, RFC 5424, journal, dmesg, kmsg, Talos or a
 * container runtime, whatever wrapper stands before its first stamp.
 */
export function lineForm(prefix: string): LineForm {
  const text = prefix.slice(0, LONGEST_FORM);
  return rfc5424Form(text) ?? stampedForm(text);
}

function rfc5424Form(text: string): LineForm | undefined {
  const match = RFC5424.exec(text);
  if (match === null) return undefined;
  const { app } = match.groups ?? {};
  const foreign = app !== undefined && !isKernel(app);
  return { foreign, start: match.index + match[0].length, known: !foreign };
}

function stampedForm(text: string): LineForm {
  const first = FIRST_STAMP.exec(text);
  const lead = tagAt(first === null ? text : text.slice(0, first.index), 0, undefined);
  if (first === null || lead.foreign) return lead;
  const { at, kind } = stampsFrom(text, first.index);
  const tag = tagAt(text, at, kind);
  if (tag.known) return { ...tag, start: stampsFrom(text, tag.start).at };
  return { ...tag, known: !tag.foreign && kind === "kernel" };
}

type StampKind = "kernel" | "clock" | "syslog" | undefined;

/** Passes over stamps; a clock tells more than the kernel's own, since a host and a tag belong to it. */
function stampsFrom(text: string, from: number): { at: number; kind: StampKind } {
  let at = from;
  let kind: StampKind;
  for (let stamps = 0; stamps < MOST_STAMPS; stamps += 1) {
    NEXT_STAMP.lastIndex = at;
    const match = NEXT_STAMP.exec(text);
    if (match === null) break;
    at = NEXT_STAMP.lastIndex;
    const { runtime, clock, syslog } = match.groups ?? {};
    if (runtime !== undefined) kind = undefined;
    else if (clock !== undefined) kind = "clock";
    else if (syslog !== undefined) kind = "syslog";
    else kind ??= "kernel";
  }
  return { at, kind };
}

/** The tag field; `known` when it names the kernel. Without a clock before it only `kernel:` and `name[pid]:` are one. */
function tagAt(text: string, at: number, kind: StampKind): LineForm {
  TAG.lastIndex = at;
  const match = TAG.exec(text);
  const { host, tag, pid } = match?.groups ?? {};
  if (tag !== undefined && isKernel(tag)) return { foreign: false, start: TAG.lastIndex, known: true };
  // Behind an ISO time `node7: ` is a host, behind a syslog time a tag.
  const isTag = pid !== undefined || kind === "syslog" || (kind === "clock" && host !== undefined);
  if (tag !== undefined && isTag) return { foreign: true, start: TAG.lastIndex, known: false };
  NAMED_PROCESS.lastIndex = at;
  if (NAMED_PROCESS.test(text)) return { foreign: true, start: NAMED_PROCESS.lastIndex, known: false };
  return { foreign: false, start: at, known: false };
}
