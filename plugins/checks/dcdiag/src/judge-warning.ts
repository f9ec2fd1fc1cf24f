import { isSpoiled, XIDS, type Cause } from "@slipway/plugin-sdk";
import type { GivenCause } from "./codes.ts";
import { SPOILED, type PrintedNumber, type Warning } from "./diagnostic.ts";
import { errorsOf, type DcgmError } from "./errors.ts";

/** What a warning says of the failing row it stands in. */
export type Judged =
  | { readonly kind: "fault"; readonly cause: GivenCause }
  /** The diagnostic could not run or was disturbed: nothing is proven of the part (rule D0). */
  | { readonly kind: "disturbed" }
  /** The field that decides holds bytes that are no UTF-8 (rule G3). */
  | { readonly kind: "unreadable"; readonly field: string };

const DISTURBED: Judged = { kind: "disturbed" };
const fault = (cause: GivenCause): Judged => ({ kind: "fault", cause });

/** Rules D0-D3: the error's number first, then its category, then its severity. */
export function judgeWarning(warning: Warning): Judged {
  return judgeError(warning) ?? fault(causeOfSeverity(warning.severity));
}

/** Rule D0; undefined where the warning prints neither an error that is listed nor a category. */
export function judgeError(warning: Warning): Judged | undefined {
  const { errorId, category, severity, text } = warning;
  if (errorId === SPOILED) return { kind: "unreadable", field: "error_id" };
  const listed = errorId === undefined ? [] : errorsOf(errorId);
  if (listed.length > 0) return judgeListed(listed, text);
  return typeof category === "number" ? fault(causeOfCategory(category, severity)) : undefined;
}

function judgeListed(listed: readonly DcgmError[], text: string): Judged {
  const spoiled = isSpoiled(text);
  for (const { when, verdict, causes } of listed) {
    if (when !== undefined && !when.test(text)) {
      // The words that were asked for may be those that cannot be read.
      if (spoiled) return { kind: "unreadable", field: "warning" };
      continue;
    }
    if (verdict === "by-xid") return judgeXids(text);
    return verdict === "fail" ? fault(given(causes)) : DISTURBED;
  }
  return fault("unknown");
}

/** The number behind `XID`, with at most `error`, `#` or `:` between; never a part of a longer word or of a spoiled number. */
const XID = /(?<![a-z\d])xid[\s:#]*(?:error[\s:#]*)?(\d+)(?![a-z\d\uFFFD])/gi;

/** Error 101 goes by the Xid that it names, as the log's own check judges that number; of several the worst counts. */
function judgeXids(text: string): Judged {
  const numbers = [...text.matchAll(XID)].map(([, digits]) => Number(digits));
  const meanings = numbers.map((number) => XIDS.get(number));
  const broken = meanings.find((meaning) => meaning?.verdict === "fail");
  if (broken !== undefined) return fault(given(broken.causes));
  // Those of NVLink and of the recovery action are not listed either: this text does not give their word.
  if (meanings.includes(undefined)) return fault("unknown");
  if (numbers.length > 0) return DISTURBED;
  return isSpoiled(text) ? { kind: "unreadable", field: "warning" } : fault("unknown");
}

/** Of the causes that a rule allows: `unknown` where it leaves the cause open, else the likeliest, which stands first. */
function given(causes: readonly Cause[]): GivenCause {
  const [first] = causes;
  if (causes.includes("unknown")) return "unknown";
  return first === "hardware" || first === "fabric" || first === "configuration" ? first : "unknown";
}

/** Categories of dcgm_errors.h: 9 thermal, 10 memory, 11 NVLink, 12 NVSwitch, 13 PCIe, 14 power, 15 other hardware. */
const HARDWARE_CATEGORIES = new Set([9, 10, 11, 12, 13, 14, 15]);
/** 1 a threshold of performance, 2 a violation of one: the evidence cannot tell what is slow. */
const PERFORMANCE_CATEGORIES = new Set([1, 2]);

function causeOfCategory(category: number, severity: PrintedNumber): GivenCause {
  if (HARDWARE_CATEGORIES.has(category)) return "hardware";
  return severity === CONFIG && !PERFORMANCE_CATEGORIES.has(category) ? "configuration" : "unknown";
}

const CONFIG = 5;
/** MONITOR, ISOLATE, TRIAGE and RESET of dcgm_errors.h; 0 (NONE) and 3 (UNKNOWN) tell nothing. */
const FAULTS: ReadonlySet<PrintedNumber> = new Set([1, 2, 4, 6]);

/** Rules D1-D3. */
function causeOfSeverity(severity: PrintedNumber): GivenCause {
  if (severity === CONFIG) return "configuration";
  return FAULTS.has(severity) ? "hardware" : "unknown";
}

/** Whether the severity is one of an error and not of a remark (rule D13). */
export function isSevere({ severity }: Warning): boolean {
  return severity === 3 || severity === CONFIG || FAULTS.has(severity);
}

const SEVERITIES: Readonly<Record<number, string>> = {
  0: "NONE",
  1: "MONITOR",
  2: "ISOLATE",
  3: "UNKNOWN",
  4: "TRIAGE",
  5: "CONFIG",
  6: "RESET",
};

/** What the tool knows of an error besides its text, such as `severity 2 (ISOLATE), error 4 (VOLATILE_DBE_DETECTED)`. */
export function describeError({ severity, errorId, category }: Warning): string[] {
  const named = (word: string, number: PrintedNumber, name?: string): string[] => {
    if (number === undefined) return [];
    return [`${word} ${String(number)}${name === undefined ? "" : ` (${name})`}`];
  };
  const listed = typeof errorId === "number" ? errorsOf(errorId)[0] : undefined;
  return [
    ...named("severity", severity, typeof severity === "number" ? SEVERITIES[severity] : undefined),
    ...named("error", errorId, listed?.name),
    ...(listed === undefined ? named("category", category) : []),
  ];
}
