import { join } from "node:path";
import { EVIDENCE_SCHEMA, type BundleManifest, type Expectations } from "@slipway/domain";
import { identityOf } from "@slipway/evidence";
import { SlipwayError, type ProbeCommand } from "@slipway/plugin-sdk";
import type { Emit } from "./events.ts";
import { folderName } from "./folder-name.ts";
import { inTurn } from "./in-turn.ts";
import { withNodeBudget } from "./node-budget.ts";
import { recordedArgv } from "./program.ts";
import {
  partialReasons,
  type Connection,
  type ExecResult,
  type Host,
  type OutputBudget,
  type Reached,
} from "@slipway/plugin-sdk";
import { writeBundle, type CollectedManifest, type ProbeOutputs } from "./write-bundle.ts";

/** One host's part of a collection. */
export interface HostTask {
  readonly host: Host;
  readonly commands: readonly ProbeCommand[];
  readonly expect: Expectations | undefined;
  readonly sources: Readonly<Record<string, string>> | undefined;
}

export interface HostLimits {
  readonly perHost: number;
  readonly maxBytes: number;
  readonly timeoutMs: number | undefined;
  readonly sudo: boolean;
}

/** How a host's collection ended. */
export interface HostOutcome {
  readonly state: "complete" | "partial" | "unreachable";
  readonly reason: string;
}

interface Surroundings {
  /** Folder that takes the bundle. */
  readonly out: string;
  readonly connect: (host: Host, signal: AbortSignal) => Promise<Connection>;
  readonly limits: HostLimits;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/**
 * Asks one host and writes its bundle, also of a host that does not answer; undefined, and no bundle, when the
 * collection was aborted before the host answered.
 *
 * @throws SlipwayError for what the user has to correct: a key, the folder
 */
export async function collectHost(task: HostTask, around: Surroundings): Promise<HostOutcome | undefined> {
  const { host, commands } = task;
  const { signal, emit, limits } = around;
  if (signal.aborted) return undefined;
  emit({ event: "host-started", host: host.name, probes: commands.length });
  const collectedAt = new Date().toISOString();
  let connection: Connection;
  try {
    connection = await around.connect(host, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!SlipwayError.is(error) || error.kind !== "unreachable") throw error;
    const reason = error.message;
    const none = new Map(
      commands.map((command) => [command.id, notAsked(command, partialReasons.unreachable, limits.sudo)]),
    );
    const bundle = keep(task, around.out, none, { collectedAt, unreachable: reason });
    emit({ event: "unreachable", host: host.name, reason, bundle });
    return { state: "unreachable", reason };
  }
  const { bundle, results } = await withNodeBudget(async (budget) => {
    const results = await runCommands(host, commands, connection, { ...around, budget });
    const bundle = keep(task, around.out, results, { collectedAt, reached: connection.reached });
    const ended = [...results].map(([id, { startError }]) => [id, { startError }] as const);
    return { bundle, results: new Map(ended) };
  });
  const missing = commands.some(({ id }) => !results.has(id));
  const broken = [...results.values()].find(({ startError }) => isPartial(startError));
  const complete = !missing && broken === undefined;
  emit({ event: "host-done", host: host.name, bundle, complete });
  if (complete) return { state: "complete", reason: "" };
  return {
    state: "partial",
    reason: signal.aborted ? "interrupted" : (connection.lost ?? broken?.startError ?? "interrupted"),
  };
}

export const isPartial = (startError: string | null | undefined): boolean =>
  Object.values<string | null | undefined>(partialReasons).includes(startError);

/** Where a host's bundle lies below an output folder. */
export const bundleFolder = (out: string, host: Host): string => join(out, folderName(host.name));

/** Runs the commands of a host in order; those that an abort kept from starting have no result. */
export async function runCommands(
  host: Host,
  commands: readonly ProbeCommand[],
  connection: Connection,
  { limits, budget, signal, emit }: Omit<Surroundings, "out" | "connect"> & { readonly budget: OutputBudget },
): Promise<Map<string, ExecResult>> {
  const { perHost, maxBytes, sudo, timeoutMs } = limits;
  const results = new Map<string, ExecResult>();
  let toldLost = false;
  const run = async (command: ProbeCommand): Promise<void> => {
    const result =
      connection.lost === undefined
        ? await connection.exec(command, { timeoutMs: timeoutMs ?? command.timeoutMs, maxBytes, budget, sudo, signal })
        : notAsked(command, partialReasons.connectionLost, sudo);
    results.set(command.id, result);
    if (result.startError === partialReasons.connectionLost && !toldLost) {
      toldLost = true;
      emit({ event: "connection-lost", host: host.name, reason: connection.lost ?? "the host ended the session" });
    }
    const {
      exitCode,
      signal: ended,
      timedOut,
      startError,
      durationMs,
      truncated = false,
      stdout,
      stderr,
      left,
    } = result;
    const sizes = { stdoutBytes: stdout.length, stderrBytes: stderr.length, ...(left === undefined ? {} : { left }) };
    emit({
      event: "probe",
      host: host.name,
      probe: command.id,
      exitCode,
      signal: ended,
      timedOut,
      startError,
      truncated,
      durationMs,
      ...sizes,
    });
  };
  await inTurn(commands, perHost, signal, run);
  return new Map(
    commands
      .flatMap(({ id }) => [[id, results.get(id)] as const])
      .filter((entry): entry is [string, ExecResult] => entry[1] !== undefined),
  );
}

/** The record of a probe that was not run on its host. */
export function notAsked(command: ProbeCommand, startError: string, sudo: boolean): ExecResult {
  const nothing = Buffer.alloc(0);
  return {
    argv: recordedArgv(command, sudo),
    exitCode: null,
    signal: null,
    timedOut: false,
    startError,
    startedAt: new Date().toISOString(),
    durationMs: 0,
    stdout: nothing,
    stderr: nothing,
  };
}

function keep(
  { host, expect, sources }: HostTask,
  out: string,
  results: ReadonlyMap<string, ExecResult>,
  {
    collectedAt,
    reached,
    unreachable,
  }: { readonly collectedAt: string; readonly reached?: Reached | undefined; readonly unreachable?: string },
): string {
  const probes: BundleManifest["probes"] = {};
  const outputs = new Map<string, ProbeOutputs>();
  for (const [id, { stdout, stderr, left: _left, ...record }] of results) {
    probes[id] = record;
    // A program that did not start has no output; one whose connection was lost has what it had printed.
    outputs.set(id, { stdout: record.startError === null || stdout.length > 0 ? stdout : undefined, stderr });
  }
  const manifest: CollectedManifest = {
    schema: EVIDENCE_SCHEMA,
    node: identityOf(host, results),
    collectedAt,
    ...(reached === undefined ? {} : { reached: { ...reached } }),
    ...(unreachable === undefined ? {} : { unreachable }),
    ...(expect === undefined ? {} : { expect: { ...expect } }),
    ...(sources === undefined ? {} : { expectSources: { ...sources } }),
    probes,
  };
  return writeBundle(out, manifest, outputs);
}
