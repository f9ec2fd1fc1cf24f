import type { ExecResult } from "@slipway/plugin-sdk";

/** What a probe left that ended well. */
export const execResult = (stdout: string, over: Partial<ExecResult> = {}): ExecResult => ({
  argv: [],
  exitCode: 0,
  signal: null,
  timedOut: false,
  startError: null,
  startedAt: "2026-01-01T00:00:00Z",
  durationMs: 1,
  stdout: Buffer.from(stdout),
  stderr: Buffer.alloc(0),
  ...over,
});
