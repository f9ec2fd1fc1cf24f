import { isSpoiled } from "@slipway/plugin-sdk";

/** What the driver says of an error, where it says anything. */
export type Severity = "fatal" | "nonfatal" | undefined;

/** Words of their own: neither Nonfatal nor Non-fatal is Fatal, nor is a word with damaged letters beside it (rule G3). */
const NONFATAL = /(?<![\w\uFFFD-])non[- ]?fatal(?![\w\uFFFD-])/i;
const FATAL = /(?<![\w\uFFFD-])(?<!non )fatal(?![\w\uFFFD-])/i;

function bySingleWord(text: string): Severity {
  if (FATAL.test(text)) return "fatal";
  return NONFATAL.test(text) ? "nonfatal" : undefined;
}

/** `pid=11436, name=cache_mgr_main, `: the job's own words. */
const PROCESS = /^pid=[^,]{0,64}(?:,|$)\s*(?:name=[^,]{0,64}(?:,|$)\s*)?/;

/** What the driver says after the name of the process, which no rule reads. */
export function driversWords(text: string): string {
  return text.replace(PROCESS, "");
}

/**
 * Severity of an NVLink Xid: `RLW_SRC_TRACK Nonfatal XC1 i0 Link 03 (…)`. A process may be named
 * Fatal, so the last word that stands before the unit `XC<n>` counts, and its name never does.
 */
export function xidSeverity(text: string): Severity {
  const own = driversWords(text);
  const last = [...own.matchAll(/(?<![\w\uFFFD-])(non[- ]?)?fatal\s{1,8}XC\d/gi)].at(-1);
  if (last !== undefined) return last[1] === undefined ? "fatal" : "nonfatal";
  return bySingleWord(own);
}

/** Severity of an SXid: the field after the number, else the word wherever it stands. */
export function sxidSeverity(text: string): Severity {
  return bySingleWord(text.replace(/,[^]*/, "")) ?? bySingleWord(text);
}

/** Further lines of an SXid that was printed with its severity before. */
export function isSxidContinuation(text: string): boolean {
  return /^(?:Severity \d{1,4} Engine instance|Data \{)/i.test(text);
}

/** An action in plain words, which no parenthesis encloses, behind `recovery action`. */
const BARE_ACTION =
  /^(?:\s{1,4}changed from \S[^\n]{0,79}? to|\s{1,4}is|\s{0,4}:)?\s{1,4}(?!changed\b)([a-z][\w /-]{0,59})\.?$/i;

/**
 * The action Xid 154 asks for now: `Drain and Reset` of `GPU recovery action changed from 0x0
 * (None) to 0x4 (Drain and Reset)`, `None` of `… to None` and of `GPU recovery action: None`;
 * undefined when the line does not tell.
 */
export function recoveryAction(text: string): string | undefined {
  const said = text
    .split(/recovery action/i)
    .slice(1)
    .at(-1);
  if (said === undefined) return undefined;
  const now = [...said.matchAll(/\sto\s{1,4}(?:0x[0-9a-f]{1,8}\s{0,4})?\(([^()]{1,60})\)/gi)].at(-1);
  const action = (now ?? BARE_ACTION.exec(said))?.[1]?.trim();
  return action === undefined || isSpoiled(action) ? undefined : action;
}

/** Earlier Xids that a line names, as `caused by previous Xid 149` does; undefined for a number that is damaged. */
export function namedXids(text: string): (number | undefined)[] {
  const named = driversWords(text).matchAll(
    /(?<![a-z])xid(?:\s{1,4}error)?[\s:#=(]{0,4}(?:(\d{1,5})(?!\d)(\uFFFD)?|\uFFFD)/gi,
  );
  return [...named].map(([, code, damaged]) =>
    code === undefined || damaged !== undefined ? undefined : Number(code),
  );
}
