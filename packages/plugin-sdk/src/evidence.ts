import type { EvidencePointer, NodeIdentity } from "@slipway/domain";
import { z } from "zod";
import { Unreadable } from "./errors.ts";

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
}

const NUL = "\u0000";

function usableOutput(
  probe: string,
  capture: ProbeCapture | undefined,
  format: Format<unknown>,
): ProbeOutput | Unusable {
  const unusable = (reason: string, extra: Partial<Unusable> = {}): Unusable => ({
    usable: false,
    probe,
    absent: false,
    started: true,
    reason,
    evidence: [{ probe }],
    ...extra,
  });
  if (capture === undefined) return unusable("it was not collected", { absent: true, started: false, evidence: [] });
  const raw = capture.record;
  if (
    typeof raw === "object" &&
    raw !== null &&
    "startError" in raw &&
    typeof raw.startError === "string" &&
    raw.startError !== ""
  ) {
    return unusable(`it could not start: ${raw.startError}`, { started: false });
  }
  const parsed = RunRecord.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return unusable(
      `its entry in bundle.json is not readable: ${issue?.path.join(".") || "entry"}: ${issue?.message ?? "invalid"}`,
    );
  }
  const record = parsed.data;
  if (record.timedOut === true) return unusable("it ran into its time limit", { record });
  if (typeof record.signal === "string") return unusable(`it was ended by ${record.signal}`, { record });
  if (record.exitCode === null) return unusable("it has no exit code", { record });
  if (record.truncated === true) return unusable("its output was cut by the collector's cap", { record });
  const readable = format.exit === "any" || (format.exit ?? [0]).includes(record.exitCode);
  if (!readable)
    return unusable(`it ended with exit code ${String(record.exitCode)}${firstLine(capture.stderr)}`, {
      record,
      evidence: stderrPointer(probe, capture),
    });
  if (capture.stdout === undefined) return unusable(capture.stdoutProblem ?? "it left no output file", { record });
  if (capture.stdout.includes(NUL)) return unusable("its output holds NUL bytes", { record });
  if (format.mayBeEmpty !== true && capture.stdout.trim() === "")
    return unusable(`its output is empty${firstLine(capture.stderr)}`, {
      record,
      evidence: stderrPointer(probe, capture),
    });
  return {
    probe,
    record,
    stdout: capture.stdout,
    stderr: capture.stderr ?? "",
    damaged: capture.stdoutDamaged === true,
  };
}

function firstLine(text: string | undefined): string {
  const line = text?.trim().split("\n", 1)[0] ?? "";
  return line === "" ? "" : ` (${line.slice(0, 200)})`;
}

function stderrPointer(probe: string, capture: ProbeCapture): EvidencePointer[] {
  return [(capture.stderr ?? "").trim() === "" ? { probe } : { probe, stream: "err", line: 1 }];
}

/** Evidence over captures in memory; readings are kept, so that checks share one parse of a document. */
export function createEvidence(node: NodeIdentity, captures: ReadonlyMap<string, ProbeCapture>): Evidence {
  const kept = new Map<string, Map<Format<unknown>, Reading<unknown>>>();
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
  };
}

function readWith<T>(probe: string, capture: ProbeCapture | undefined, format: Format<T>): Reading<T> {
  const output = usableOutput(probe, capture, format);
  if ("usable" in output) return output;
  try {
    return { usable: true, value: format.parse(output), output };
  } catch (error) {
    if (!Unreadable.is(error)) throw error;
    const { message, line, path } = error;
    const pointer: EvidencePointer = {
      probe,
      ...(line === undefined ? {} : { line }),
      ...(path === undefined ? {} : { path }),
    };
    return {
      usable: false,
      probe,
      absent: false,
      started: true,
      reason: message,
      record: output.record,
      evidence: [pointer],
    };
  }
}
