import type { Expectations, NodeIdentity } from "@slipway/domain";
import { capturesOf, gpuUse, outputsOfRun, type GpuUse } from "@slipway/evidence";
import {
  createEvidence,
  identityProbes,
  SlipwayError,
  type ExecResult,
  type Host,
  type Probe,
  type ProbeCapture,
  type ProbeCommand,
} from "@slipway/plugin-sdk";
import { notAsked, runCommands } from "../collect-host.ts";
import { identityOf } from "../identity.ts";
import { plan } from "../plan.ts";
import { partialReasons } from "@slipway/plugin-sdk";
import type { Adapter, RunnerLimits } from "./parts.ts";

/** A node, and how it is asked. */
export interface Reached {
  readonly adapter: Adapter;
  readonly host: Host;
  readonly limits: RunnerLimits;
  readonly signal: AbortSignal;
}

/** Evidence of one node at one moment, in memory. */
export interface Gathered {
  readonly node: NodeIdentity;
  readonly results: ReadonlyMap<string, ExecResult>;
  readonly captures: ReadonlyMap<string, ProbeCapture>;
  /** Programs that use the node's GPUs: it is in use, and nothing that loads it was run. */
  readonly inUse: string | undefined;
}

/**
 * Asks a node by these probes and for its identity, whatever happens: a node that does not answer
 * leaves evidence of that. Commands that load the GPUs run last, and only when the node's list of processes is empty.
 */
export async function gather(node: Reached, probes: readonly Probe[], expectations: Expectations): Promise<Gathered> {
  const { commands } = plan(expectations, { probes, disruptive: true });
  const { results, inUse } = await ask(node, commands);
  const captures = capturesOf(outputsOfRun(results));
  return { node: identityOf(node.host, results), results, captures, inUse };
}

async function ask(
  { adapter, host, limits, signal }: Reached,
  commands: readonly ProbeCommand[],
): Promise<Pick<Gathered, "results" | "inUse">> {
  const around = {
    limits: { perHost: 1, maxBytes: limits.maxBytes, timeoutMs: undefined, sudo: limits.sudo },
    signal,
    emit: () => undefined,
  };
  const without = (left: readonly ProbeCommand[], why: string): [string, ExecResult][] =>
    left.map((command) => [command.id, notAsked(command, why, limits.sudo)]);
  try {
    const connection = await adapter.transport.connect(host, signal);
    try {
      const quiet = await runCommands(
        host,
        commands.filter(({ disruptive }) => disruptive !== true),
        connection,
        around,
      );
      const loads = commands.filter(({ disruptive }) => disruptive === true);
      const use = useOf(quiet);
      switch (use.state) {
        case "in-use":
          return { results: quiet, inUse: use.by };
        case "unknown":
          return { results: new Map([...quiet, ...without(loads, `${USE_UNKNOWN}: ${use.why}`)]), inUse: undefined };
        case "idle":
          return {
            results: new Map([...quiet, ...(await runCommands(host, loads, connection, around))]),
            inUse: undefined,
          };
      }
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!SlipwayError.is(error) || error.kind !== "unreachable") throw error;
    return { results: new Map(without(commands, partialReasons.unreachable)), inUse: undefined };
  }
}

/** Why a command that loads the GPUs was not run: it is not proven that no process uses them. */
const USE_UNKNOWN = "whether the node is in use could not be read";

const useOf = (results: ReadonlyMap<string, ExecResult>): GpuUse =>
  gpuUse(createEvidence({ name: "" }, capturesOf(outputsOfRun(results))));

/** The boot id a node gives now, or undefined when it does not answer. */
export async function bootIdOf(node: Reached): Promise<string | undefined> {
  const commands = identityProbes.flatMap((probe) => probe.commands({})).filter(({ id }) => id === "boot-id");
  return identityOf(node.host, (await ask(node, commands)).results).bootId ?? undefined;
}
