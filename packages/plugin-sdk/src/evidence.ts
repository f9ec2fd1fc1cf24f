import type { EvidencePointer, NodeIdentity } from "@slipway/domain";
import { z } from "zod";
import { Unreadable, type TextFault } from "./errors.ts";
import { lineCount, quotedLine, toolsWords } from "./quotation.ts";

/** What a bundle holds of one probe, before anybody asked whether it can be used. */
export interface ProbeCapture {
  /** The probe's entry in bundle.json, unread. */
  readonly record: unknown;
  /** Decoded stdout; absent when there is no such file, or when it may not be read (`stdoutProblem`). */
  readonly stdout?: string | undefined;
  /** Why stdout was not read, in words: no regular file inside the bundle, over the limit. */
  readonly stdoutProblem?: string | undefined;
  /** Whether stdout holds bytes that are no UTF-8 (each stands as U+FFFD in `stdout`). */
  readonly stdoutDamaged?: boolean | undefined;
  readonly stderr?: string | undefined;
}

/** What a reader needs of a probe's entry in bundle.json; anything else there is left alone. */
const RunRecord = z.object({
  argv: z.array(z.string()).default([]),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullish(),
  timedOut: z.boolean().nullish(),
  startError: z.string().nullish(),
  truncated: z.boolean().nullish(),
});
export type RunRecord = z.output<typeof RunRecord>;

/** A probe's output that may be read: it started, ended by itself, and left text. */
export interface ProbeOutput {
  readonly probe: string;
  readonly record: RunRecord;
  readonly stdout: string;
  readonly stderr: string;
  /** Some bytes of stdout are no UTF-8. */
  readonly damaged: boolean;
}

/** Why a probe cannot be used (rule G3): `absent` when nothing was collected at all. */
export interface Unusable {
  readonly usable: false;
  readonly probe: string;
  readonly absent: boolean;
  /** The program started, whatever became of it. */
  readonly started: boolean;
  /** The tool left whole text of a shape that no reader knows, so that a newer reader may be able to use it. */
  readonly unknownShape: boolean;
  readonly reason: string;
  readonly record?: RunRecord;
  readonly evidence: readonly EvidencePointer[];
}

export interface Usable<T> {
  readonly usable: true;
  readonly value: T;
  readonly output: ProbeOutput;
}

export type Reading<T> = Usable<T> | Unusable;

/**
 * How the output of a probe is read. One format object is read at most once per bundle, however
 * many checks ask for it, so `parse` must be pure.
 */
export interface Format<T> {
  /** Exit codes that leave the output readable (rule G4); only 0 when absent. */
  readonly exit?: "any" | readonly number[];
  /** Empty output is an answer of this tool, not a missing one. */
  readonly mayBeEmpty?: boolean;
  /** Turns the output into a value. Throws {@link Unreadable} for damaged text and unknown shapes. */
  parse(output: ProbeOutput): T;
}

/** Everything a check may look at: the node's identity and what its probes returned, verbatim. */
export interface Evidence {
  readonly node: NodeIdentity;
  /** Ids of the probes that bundle.json lists, sorted. */
  readonly probes: readonly string[];
  /** Reads a probe, or says why it cannot be used. Never throws. */
  read<T>(probe: string, format: Format<T>): Reading<T>;
  /**
   * What a probe printed, verbatim, whether or not it can be used: for the sentences that count all the same (rule V4).
   * One object for each probe of a bundle.
   */
  printed(probe: string): Printed;
}

/** Evidence as its owner holds it: what its readings came to is none of a check's business. */
export interface KeptEvidence extends Evidence {
  /** Ids of the probes of which a reading so far found a shape that nobody knows. */
  unknownShapes(): readonly string[];
}

/** Both streams of a probe; empty where nothing is known of them. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

const NUL = "\u0000";

/** Why a probe cannot be used, before its words are quoted. */
interface Refusal {
  readonly reason: string;
  readonly absent?: boolean;
  readonly started?: boolean;
  readonly record?: RunRecord;
  /** Where the parser stopped. */
  readonly at?: EvidencePointer;
  /** The text is line text that its parser read up to `at`, so that this line is what to quote. */
  readonly quoteLine?: boolean;
  readonly unknownShape?: boolean;
}

/** The inconclusive reading of a probe, with the tool's own words (rule G3). */
function refused(probe: string, capture: ProbeCapture | undefined, refusal: Refusal): Unusable {
  const { reason, absent = false, started = true, unknownShape = false, record, at, quoteLine = false } = refusal;
  const { stdout = "" } = capture ?? {};
  const line = at?.line === undefined ? undefined : Math.min(at.line, lineCount(stdout));
  const quotation =
    quoteLine && line !== undefined && !/^\s*[{<]/.test(stdout)
      ? quotedLine(probe, stdout, line)
      : toolsWords(probe, capture ?? {});
  const { line: _, ...place } = at ?? { probe };
  const pointer: EvidencePointer = line === undefined || line === 0 ? place : { ...place, line };
  const quoted = quotation === undefined ? [] : [quotation.at];
  const pointsFurther = Object.keys(pointer).length > 1 && !quoted.some((one) => one.line === pointer.line);
  return {
    usable: false,
    probe,
    absent,
    started,
    unknownShape,
    reason: quotation === undefined || reason.includes(quotation.words) ? reason : `${reason} (${quotation.words})`,
    ...(record === undefined ? {} : { record }),
    evidence: absent ? [] : [...quoted, ...(quoted.length === 0 || pointsFurther ? [pointer] : [])],
  };
}

function usableOutput(
  probe: string,
  capture: ProbeCapture | undefined,
  format: Format<unknown>,
): ProbeOutput | Refusal {
  if (capture === undefined) return { reason: "it was not collected", absent: true, started: false };
  const raw = capture.record;
  if (
    typeof raw === "object" &&
    raw !== null &&
    "startError" in raw &&
    typeof raw.startError === "string" &&
    raw.startError !== ""
  )
    return { reason: `it could not start: ${raw.startError}`, started: false };
  const parsed = RunRecord.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join(".") || "entry";
    return { reason: `its entry in bundle.json is not readable: ${where}: ${issue?.message ?? "invalid"}` };
  }
  const record = parsed.data;
  const reason = whyUnusable(record, capture, format);
  if (reason !== undefined) return { reason, record };
  return new CapturedOutput(probe, record, capture);
}

class CapturedOutput implements ProbeOutput {
  readonly probe: string;
  readonly record: RunRecord;
  readonly stdout: string;
  readonly damaged: boolean;
  readonly #capture: ProbeCapture;

  constructor(probe: string, record: RunRecord, capture: ProbeCapture) {
    this.probe = probe;
    this.record = record;
    this.stdout = capture.stdout ?? "";
    this.damaged = capture.stdoutDamaged === true;
    this.#capture = capture;
  }

  /** Most programs leave none and few checks ask, so that it is looked for when one does. */
  get stderr(): string {
    return this.#capture.stderr ?? "";
  }
}

function whyUnusable(record: RunRecord, capture: ProbeCapture, format: Format<unknown>): string | undefined {
  const { stdout } = capture;
  if (record.timedOut === true) return "it ran into its time limit";
  if (typeof record.signal === "string") return `it was ended by ${record.signal}`;
  if (record.exitCode === null) return "it has no exit code";
  if (record.truncated === true) return "its output was cut by the collector's cap";
  const readable = format.exit === "any" || (format.exit ?? [0]).includes(record.exitCode);
  if (!readable) return `it ended with exit code ${String(record.exitCode)}`;
  if (stdout === undefined) return capture.stdoutProblem ?? "it left no output file";
  if (stdout.includes(NUL)) return "its output holds NUL bytes";
  return format.mayBeEmpty !== true && stdout.trim() === "" ? "its output is empty" : undefined;
}

/** Evidence over captures in memory; readings are kept, so that checks share one parse of a document. */
export function createEvidence(node: NodeIdentity, captures: ReadonlyMap<string, ProbeCapture>): KeptEvidence {
  const kept = new Map<string, Map<Format<unknown>, Reading<unknown>>>();
  const printed = new Map<string, Printed>();
  return {
    node,
    probes: [...captures.keys()].sort(),
    read<T>(probe: string, format: Format<T>): Reading<T> {
      const readings = kept.get(probe) ?? new Map<Format<unknown>, Reading<unknown>>();
      kept.set(probe, readings);
      const known = readings.get(format);
      if (known !== undefined) return known as Reading<T>;
      const reading = readWith(probe, captures.get(probe), format);
      readings.set(format, reading);
      return reading;
    },
    printed(probe) {
      const known = printed.get(probe);
      if (known !== undefined) return known;
      const { stdout = "", stderr = "" } = captures.get(probe) ?? {};
      const made = { stdout, stderr };
      printed.set(probe, made);
      return made;
    },
    unknownShapes: () =>
      [...kept].flatMap(([probe, readings]) =>
        [...readings.values()].some((reading) => !reading.usable && reading.unknownShape) ? [probe] : [],
      ),
  };
}

function readWith<T>(probe: string, capture: ProbeCapture | undefined, format: Format<T>): Reading<T> {
  const output = usableOutput(probe, capture, format);
  if ("reason" in output) return refused(probe, capture, output);
  try {
    return { usable: true, value: format.parse(output), output };
  } catch (error) {
    if (!Unreadable.is(error)) throw error;
    const { message, line, path, noDocument, fault = faultByExit(output) } = error;
    const at: EvidencePointer = {
      probe,
      ...(line === undefined ? {} : { line }),
      ...(path === undefined ? {} : { path }),
    };
    return refused(probe, capture, {
      reason: message,
      record: output.record,
      at,
      quoteLine: !noDocument,
      unknownShape: fault === "unknown-shape",
    });
  }
}

/** What is wrong with a text whose reader does not say it: a tool that failed prints no answer, known or not. */
function faultByExit({ record }: ProbeOutput): TextFault | undefined {
  return record.exitCode === 0 ? "unknown-shape" : undefined;
}
