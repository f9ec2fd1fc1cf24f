import {
  createEvidence,
  type Evidence,
  type Expectations,
  type NodeIdentity,
  type ProbeCapture,
} from "@slipway/plugin-sdk";

/** A probe for a test: what it printed, and how it ran where that is not "exit 0". */
export interface ProbeSketch {
  readonly stdout?: string | undefined;
  readonly stderr?: string;
  /** stdout holds bytes that are no UTF-8 (written as U+FFFD in `stdout`). */
  readonly stdoutDamaged?: boolean;
  readonly stdoutProblem?: string;
  readonly argv?: readonly string[];
  readonly exitCode?: unknown;
  readonly signal?: unknown;
  readonly timedOut?: unknown;
  readonly startError?: unknown;
  readonly truncated?: unknown;
}

/** What a test says of a node: text alone is stdout of a run that exited 0, undefined a probe that was not collected. */
export interface EvidenceSketch {
  readonly probes: Readonly<Record<string, string | ProbeSketch | undefined>>;
  /** The node, or its name alone; `node-1` when absent. */
  readonly node?: string | Partial<NodeIdentity> | undefined;
}

/** Evidence of one node from sketches of its probes. */
export function evidenceOf({ probes, node }: EvidenceSketch): Evidence {
  return createEvidence(nodeOf(node), new Map(Object.entries(capturesOf(probes))));
}

/** The node of a sketch. */
export function nodeOf(node: EvidenceSketch["node"] = {}): NodeIdentity {
  return { name: "node-1", ...(typeof node === "string" ? { name: node } : node) };
}

/** What each probe of a sketch left; no entry for one that was not collected. */
export function capturesOf(probes: EvidenceSketch["probes"]): Record<string, Capture> {
  return Object.fromEntries(
    Object.entries(probes).flatMap(([probe, sketch]) =>
      sketch === undefined ? [] : [[probe, captureOf(probe, typeof sketch === "string" ? { stdout: sketch } : sketch)]],
    ),
  );
}

type Capture = ProbeCapture & { readonly record: Readonly<Record<string, unknown>> };

function captureOf(probe: string, sketch: ProbeSketch): Capture {
  const { stdout, stderr, stdoutDamaged, stdoutProblem, ...record } = sketch;
  const started = record.startError === undefined || record.startError === null;
  return {
    record: {
      argv: [probe],
      exitCode: started ? 0 : null,
      signal: null,
      timedOut: false,
      startError: null,
      startedAt: "2026-01-01T00:00:00Z",
      durationMs: 1,
      ...record,
    },
    stdout,
    stderr,
    stdoutDamaged,
    stdoutProblem,
  };
}

/** What a check is asked in a test: the evidence of a node and what is expected of it. */
export interface Situation extends EvidenceSketch {
  readonly expect?: Expectations;
}
