import {
  asciiLower,
  excerpt,
  lines,
  Unreadable,
  type EvidencePointer,
  type Format,
  type Line,
  type ProbeOutput,
} from "@slipway/plugin-sdk";

/** What a run of `nvidia-imex-ctl` comes to (rule I8). */
export type Control<T> =
  | { readonly kind: "answer"; readonly value: T; readonly exitCode: number }
  /** It says that the daemon cannot be reached. */
  | { readonly kind: "unreachable"; readonly evidence: EvidencePointer; readonly said: string }
  /** It says that the nodes file could not be read. */
  | { readonly kind: "unconfigured"; readonly evidence: EvidencePointer; readonly said: string }
  /** It failed without a word of the daemon: only the unit can tell what that means. */
  | { readonly kind: "silent"; readonly exitCode: number };

const UNCONFIGURED = "failed to read node configuration file";
const CANNOT = ["could not", "cannot", "unable to", "failed to"];
const REACH = ["reach", "connect", "contact"];
const NOT_RUNNING = ["no local daemon", "not running", "connection refused"];

function saysUnreachable(line: string): boolean {
  if (NOT_RUNNING.some((phrase) => line.includes(phrase))) return true;
  return CANNOT.some((phrase) => line.includes(phrase)) && REACH.some((phrase) => line.includes(phrase));
}

/** The first line of stdout or stderr of which `says` is true; `says` is given lower case. */
function findLine(
  { probe, stdout, stderr }: ProbeOutput,
  says: (line: string) => boolean,
): { evidence: EvidencePointer; said: string } | undefined {
  for (const [stream, text] of [
    ["out", stdout],
    ["err", stderr],
  ] as const) {
    const all = text.split("\n");
    const index = all.findIndex((line) => says(asciiLower(line)));
    if (index >= 0)
      return {
        evidence: { probe, ...(stream === "err" ? { stream } : {}), line: index + 1 },
        said: excerpt(all[index]?.trim() ?? ""),
      };
  }
  return undefined;
}

/**
 * Reads a control probe. Its exit code alone decides nothing (rule G4): a usual answer is read
 * whatever the code, and what stands instead of one is told apart by its words.
 */
export function control<T>(output: ProbeOutput, parse: (output: ProbeOutput) => T): Control<T> {
  const exitCode = output.record.exitCode ?? 0;
  let problem: Unreadable;
  try {
    return { kind: "answer", value: parse(output), exitCode };
  } catch (error) {
    if (!Unreadable.is(error)) throw error;
    problem = error;
  }
  const unconfigured = findLine(output, (line) => line.includes(UNCONFIGURED));
  if (unconfigured !== undefined) return { kind: "unconfigured", ...unconfigured };
  if (exitCode === 0) throw problem;
  const unreachable = findLine(output, saysUnreachable);
  if (unreachable !== undefined) return { kind: "unreachable", ...unreachable };
  if (output.stdout.trim() !== "")
    throw new Unreadable(`it ended with exit code ${String(exitCode)} and printed no answer`, { line: 1 });
  return { kind: "silent", exitCode };
}

/** State of a daemon: settled good or bad, on the way up or down (0-4 and 6), or a word of no list. */
export type DaemonState = "ready" | "unavailable" | "transient" | "unknown";

const STATES: Readonly<Record<string, DaemonState>> = {
  initializing: "transient",
  starting_auth_server: "transient",
  waiting_for_peers: "transient",
  waiting_for_recovery: "transient",
  init_gpu: "transient",
  ready: "ready",
  shutting_down: "transient",
  unavailable: "unavailable",
};

/** What a printed state means; anything but one of the known words is unknown (rule G5). */
export function daemonState(word: unknown): DaemonState {
  const name = typeof word === "string" ? asciiLower(word) : "";
  return Object.hasOwn(STATES, name) ? (STATES[name] ?? "unknown") : "unknown";
}

/** The local daemon's answer to `-q`. */
export interface LocalState {
  readonly state: DaemonState;
  readonly shown: string;
}

/** `nvidia-imex-ctl -q`: one line, the state's word. Whatever else is printed with exit 0 is a state that nobody knows. */
export const localFormat: Format<Control<LocalState>> = {
  exit: "any",
  mayBeEmpty: true,
  parse(output) {
    const exitCode = output.record.exitCode ?? 0;
    try {
      return control(output, parseState);
    } catch (error) {
      if (!Unreadable.is(error) || exitCode !== 0 || output.stdout.trim() === "") throw error;
      return { kind: "answer", exitCode, value: { state: "unknown", shown: excerpt(output.stdout.trim()) } };
    }
  },
};

function parseState(output: ProbeOutput): LocalState {
  // No state's word begins another's, so that a known word is whole with or without its newline.
  const [line, ...more] = lines(output, { lastNewline: "optional" }).filter(({ text }) => text !== "");
  if (line === undefined) throw new Unreadable("its output is empty");
  const state = more.length > 0 ? "unknown" : daemonState(line.text);
  if (state === "unknown") throw new Unreadable("it prints no known state", { line: line.number });
  return { state, shown: line.text };
}

/** The systemd unit as `systemctl show` prints it. */
export interface Unit {
  readonly activeState: string;
  /** `inactive` or `failed`: evidence that it does not run. Any other state is evidence of nothing (rule I8). */
  readonly down: boolean;
  readonly evidence: EvidencePointer;
}

/** Every word of ActiveState (org.freedesktop.systemd1(5)); none begins another. */
const ACTIVE_STATES = new Set([
  "active",
  "reloading",
  "inactive",
  "failed",
  "activating",
  "deactivating",
  "maintenance",
  "refreshing",
]);

/**
 * Whether text without its last newline is whole all the same: its last line reads `Name=value`, and
 * every property that the command asked for is there. Only the value of ActiveState is ever read.
 */
function isWhole({ record: { argv } }: ProbeOutput, all: readonly Line[]): boolean {
  const [, last, value = ""] = /^(\w+)=(.*)$/.exec(all.at(-1)?.text ?? "") ?? [];
  if (last === undefined || (last === "ActiveState" && !ACTIVE_STATES.has(asciiLower(value)))) return false;
  const asked =
    argv
      .find((argument) => argument.startsWith("--property="))
      ?.slice("--property=".length)
      .split(",") ?? [];
  return asked.every((name) => all.some((line) => line.text.startsWith(`${name}=`)));
}

/** `systemctl show nvidia-imex --property=…`: lines `Name=value`. */
export const unitFormat: Format<Unit> = {
  parse(output) {
    const all = lines(output, { lastNewline: "optional" });
    if (!output.stdout.endsWith("\n") && !isWhole(output, all))
      throw new Unreadable("it was cut: its last line has no newline", { line: all.length, fault: "damaged" });
    const found = all.filter((line) => line.text.startsWith("ActiveState="));
    const [line, second] = found;
    if (line === undefined) throw new Unreadable("it has no ActiveState");
    if (second !== undefined) throw new Unreadable("it has more than one ActiveState", { line: second.number });
    if (line.damaged)
      throw new Unreadable("the ActiveState holds bytes that are no UTF-8", { line: line.number, fault: "damaged" });
    const activeState = line.text.slice("ActiveState=".length);
    return {
      activeState,
      down: ["inactive", "failed"].includes(asciiLower(activeState)),
      evidence: { probe: output.probe, line: line.number },
    };
  },
};
