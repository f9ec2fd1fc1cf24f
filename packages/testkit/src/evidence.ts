import { createEvidence, type Evidence, type NodeIdentity, type ProbeCapture } from "@slipway/plugin-sdk";

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

/** Evidence of one node from sketches of its probes. */
export function evidenceOf(sketch: {
  probes: Readonly<Record<string, ProbeSketch>>;
  node?: Partial<NodeIdentity>;
}): Evidence {
  const captures = Object.entries(sketch.probes).map(([probe, run]): [string, ProbeCapture] => {
    const { stdout, stderr, stdoutDamaged, stdoutProblem, ...record } = run;
    const started = record.startError === undefined || record.startError === null;
    return [
      probe,
      {
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
      },
    ];
  });
  return createEvidence({ name: "node-1", ...sketch.node }, new Map(captures));
}
