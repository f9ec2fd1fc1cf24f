import type { Expectations, NodeIdentity } from "@slipway/domain";
import { identityOf, outputsOfRun, type EvidenceReader, type Outputs } from "@slipway/evidence";
import {
  partialReasons,
  SlipwayError,
  type Host,
  type OutputBudget,
  type Probe,
  type ProbeCommand,
  type Reached,
} from "@slipway/plugin-sdk";
import { notAsked, runCommands } from "@slipway/collect";
import { plan } from "@slipway/collect";
import type { RunnerLimits } from "./parts.ts";
import type { Adapter } from "@slipway/collect";

/** A node, and how it is asked. */
export interface Target {
  readonly adapter: Adapter;
  readonly host: Host;
  readonly limits: RunnerLimits;
  /** Reads what it prints. */
  readonly reader: EvidenceReader;
  readonly signal: AbortSignal;
  /** For its output, which is there as long as this is. */
  readonly budget: OutputBudget;
  /** Whether it is not to be asked, going by how it was reached; any is asked when absent. */
  readonly refuses?: (reached: Reached | undefined) => boolean;
}

/** Evidence of one node at one moment. */
export interface Gathered {
  readonly node: NodeIdentity;
  readonly outputs: Outputs;
  /** Programs that use the node's GPUs: it is in use, and nothing that loads it was run. */
  readonly inUse: string | undefined;
  /** How it was reached, where the way to it can tell. */
  readonly reached: Reached | undefined;
}

/**
 * Asks a node by these probes and for its identity, whatever happens: a node that does not answer
 * leaves evidence of that. Commands that load the GPUs run last, and only when the node's list of processes is empty.
 */
export const gather = (node: Target, probes: readonly Probe[], expectations: Expectations): Promise<Gathered> =>
  ask(node, plan(expectations, { probes, disruptive: true }).commands);

async function ask(
  { adapter, host, limits, reader, signal, budget, refuses }: Target,
  commands: readonly ProbeCommand[],
): Promise<Gathered> {
  const around = {
    limits: { perHost: 1, maxBytes: limits.maxBytes, timeoutMs: undefined, sudo: limits.sudo },
    budget,
    signal,
    emit: () => undefined,
  };
  const without = (left: readonly ProbeCommand[], why: string): Outputs =>
    outputsOfRun(new Map(left.map((command) => [command.id, notAsked(command, why, limits.sudo)])));
  const [quiet, loads] = [false, true].map((loading) =>
    commands.filter(({ disruptive }) => (disruptive === true) === loading),
  ) as [ProbeCommand[], ProbeCommand[]];
  try {
    const connection = await adapter.transport.connect(host, signal);
    const { reached } = connection;
    try {
      if (refuses?.(reached) === true)
        return { node: identityOf(host, new Map()), outputs: new Map(), inUse: undefined, reached };
      const outputs = outputsOfRun(await runCommands(host, quiet, connection, around));
      const { node, use } = await reader.report(host, outputs);
      switch (use.state) {
        case "in-use":
          return { node, outputs, inUse: use.by, reached };
        case "unknown":
          return {
            node,
            outputs: new Map([...outputs, ...without(loads, `${USE_UNKNOWN}: ${use.why}`)]),
            inUse: undefined,
            reached,
          };
        case "idle": {
          const loaded = outputsOfRun(await runCommands(host, loads, connection, around));
          return { node, outputs: new Map([...outputs, ...loaded]), inUse: undefined, reached };
        }
      }
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!SlipwayError.is(error) || error.kind !== "unreachable") throw error;
    return {
      node: identityOf(host, new Map()),
      outputs: without(commands, partialReasons.unreachable),
      inUse: undefined,
      reached: undefined,
    };
  }
}

/** Why a command that loads the GPUs was not run: it is not proven that no process uses them. */
const USE_UNKNOWN = "whether the node is in use could not be read";
