import {
  atLine,
  nodeScope,
  unusableFinding,
  type Evidence,
  type FindingOf,
  type ProbeOutput,
  type Scope,
} from "@slipway/plugin-sdk";
import { codes, type Code } from "./codes.ts";
import { kernelLogFormat, type Event, type KernelLog } from "./parse.ts";
import { isSxidContinuation, recoveryAction, sxidSeverity, xidSeverity } from "./severity.ts";

type Found = FindingOf<Code>;

/** Rules Y1-Y5. */
export function judge(evidence: Evidence): Found[] {
  const log = evidence.read("kernel-log", kernelLogFormat);
  if (!log.usable) return [unusableFinding(log, nodeScope(evidence))];
  const node = nodeScope(evidence);
  return [...judgeEvents(log.value.events, log.output, node), ...judgeCompleteness(log.value, log.output, node)];
}

/** Rule Y4. What an incomplete log proves all the same stays proven (G1). */
function judgeCompleteness({ complete, cut }: KernelLog, output: ProbeOutput, node: Scope): Found[] {
  const findings: Found[] = [];
  if (cut !== undefined)
    findings.push({
      code: "log-cut",
      verdict: "inconclusive",
      cause: "tool",
      scope: node,
      message: `Line ${String(cut)} of the kernel log has no end: the log was cut there.`,
      evidence: [atLine(output, cut)],
    });
  if (!complete)
    findings.push({
      code: "log-incomplete",
      verdict: "inconclusive",
      cause: "tool",
      scope: node,
      message: "The kernel log does not reach back to the start of this boot.",
      expected: "a line `Linux version …`",
      evidence: [],
    });
  return findings;
}

/** Rule Y1: the job's own code. */
const WORKLOAD: ReadonlyMap<number, string> = new Map([
  [13, "graphics engine exception"],
  [31, "memory page fault"],
  [43, "the job's channel was stopped"],
  [45, "the job's channels were torn down"],
  [69, "graphics engine class error"],
]);

/** Rule Y2: the GPU itself. */
const HARDWARE: ReadonlyMap<number, string> = new Map([
  [48, "double bit ECC error"],
  [62, "the microcontroller halted"],
  [63, "row remapping recorded"],
  [64, "row remapping failed"],
  [74, "NVLink error"],
  [79, "the GPU has fallen off the bus"],
  [92, "high rate of single bit ECC errors"],
  [94, "contained memory error"],
  [95, "uncontained memory error"],
  [119, "the GSP does not answer"],
  [120, "GSP error"],
  [140, "unrecovered ECC error"],
]);

interface Meaning {
  readonly code: Code;
  /** What it means, as words that follow a colon. */
  readonly words: string;
}

function meaningOf(event: Event): Meaning {
  const { kind, code, text } = event;
  if (code === undefined) return { code: "line-unreadable", words: "the line cannot be read" };
  if (kind === "sxid") return meaningOfSxid(text);
  const workload = WORKLOAD.get(code);
  if (workload !== undefined) return { code: "xid-workload", words: `${workload}, caused by the job` };
  const hardware = HARDWARE.get(code);
  if (hardware !== undefined) return { code: "xid-hardware", words: hardware };
  if (code >= 144 && code <= 150) {
    const severity = xidSeverity(text);
    if (severity === "fatal") return { code: "xid-hardware", words: "fatal NVLink error" };
    if (severity === "nonfatal") return { code: "xid-nonfatal", words: "NVLink error that is not fatal" };
    return { code: "xid-undecided", words: "NVLink error with neither Fatal nor Nonfatal" };
  }
  if (code === 154) {
    const action = recoveryAction(text);
    if (action === undefined) return { code: "xid-undecided", words: "the recovery action cannot be read" };
    return action.toLowerCase() === "none"
      ? { code: "xid-recovered", words: "no recovery action is needed" }
      : { code: "xid-hardware", words: `the GPU needs: ${action}` };
  }
  return { code: "xid-unknown", words: "a code this check does not know" };
}

function meaningOfSxid(text: string): Meaning {
  const severity = sxidSeverity(text);
  if (severity === "fatal") return { code: "sxid-fatal", words: "fatal NVSwitch error" };
  if (severity === "nonfatal") return { code: "sxid-nonfatal", words: "NVSwitch error that is not fatal" };
  return { code: "sxid-undecided", words: "NVSwitch error with neither Fatal nor Non-fatal" };
}

interface Group {
  readonly first: Event;
  readonly meaning: Meaning;
  lines: number;
}

/** One finding for each address, code and meaning, however many lines there are. */
function judgeEvents(events: readonly Event[], output: ProbeOutput, node: Scope): Found[] {
  const part = ({ kind, address, code }: Event): string =>
    `${address?.toLowerCase() ?? ""} ${kind} ${String(code ?? "").padStart(9, "0")}`;
  const judged = events.map((event) => ({ event, meaning: meaningOf(event) }));
  const decided = new Set(
    judged
      .filter(({ meaning }) => meaning.code === "sxid-fatal" || meaning.code === "sxid-nonfatal")
      .map(({ event }) => part(event)),
  );
  const groups = new Map<string, Group>();
  for (const { event, meaning } of judged) {
    if (meaning.code === "sxid-undecided" && isSxidContinuation(event.text) && decided.has(part(event))) continue;
    const key = `${part(event)} ${meaning.code} ${meaning.words}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: event, meaning, lines: 1 });
    else group.lines += 1;
  }
  const printed = addresses(events);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => findingOf(group, printed.get(group.first.address?.toLowerCase()), output, node));
}

/** Addresses by their lower case; of spellings that differ in case alone (G8) the one that sorts first. */
function addresses(events: readonly Event[]): ReadonlyMap<string | undefined, string> {
  const printed = new Map<string, string>();
  for (const { address } of events) {
    if (address === undefined) continue;
    const known = printed.get(address.toLowerCase());
    if (known === undefined || address < known) printed.set(address.toLowerCase(), address);
  }
  return printed;
}

const MOST_SHOWN = 300;

function findingOf(
  { first, meaning, lines }: Group,
  address: string | undefined,
  output: ProbeOutput,
  node: Scope,
): Found {
  const { kind, code, text, line } = first;
  const name = `${kind === "xid" ? "Xid" : "SXid"}${code === undefined ? "" : ` ${String(code)}`}`;
  const where = address === undefined ? "" : ` on ${kind === "xid" ? "GPU" : "NVSwitch"} ${address}`;
  const count = lines === 1 ? "1 line" : `${String(lines)} lines`;
  const shown = text.slice(0, MOST_SHOWN);
  const { verdict, causes } = codes[meaning.code];
  return {
    code: meaning.code,
    verdict,
    cause: causes[0],
    scope: address === undefined ? node : { kind: kind === "xid" ? "gpu" : "fabric", id: address },
    message: `${name}${where}: ${meaning.words}.`,
    ...(verdict === "pass" ? {} : { expected: "no such line since the boot" }),
    observed: shown === "" ? count : `${count}: ${shown}`,
    evidence: [atLine(output, line)],
  };
}
