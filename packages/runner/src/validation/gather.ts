import type { BundleManifest, Expectations, NodeIdentity } from "@slipway/domain";
import {
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

const PROCESS =
  /<process_info>[\s\S]*?<pid>(\d+)<\/pid>[\s\S]*?<type>([^<]*)<\/type>[\s\S]*?<process_name>([^<]*)<\/process_name>/;

/**
 * Asks a node by these probes and for its identity, whatever happens: a node that does not answer
 * leaves evidence of that. What disturbs a node runs last, and only when it was read that no process uses its GPUs.
 */
export async function gather(node: Reached, probes: readonly Probe[], expectations: Expectations): Promise<Gathered> {
  const { commands } = plan(expectations, { probes, disruptive: true });
  const results = await ask(node, commands);
  const inUse = gpuProcess(results.get("nvidia-smi"));
  const captures = new Map([...results].map(([id, result]) => [id, captureOf(result)]));
  return { node: identityOf(node.host, results), results, captures, inUse };
}

async function ask(
  { adapter, host, limits, signal }: Reached,
  commands: readonly ProbeCommand[],
): Promise<Map<string, ExecResult>> {
  const around = {
    limits: { perHost: 1, maxBytes: limits.maxBytes, timeoutMs: undefined, sudo: limits.sudo },
    signal,
    emit: () => undefined,
  };
  try {
    const connection = await adapter.transport.connect(host, signal);
    try {
      const quiet = commands.filter(({ disruptive }) => disruptive !== true);
      const results = await runCommands(host, quiet, connection, around);
      const loud = commands.filter(({ disruptive }) => disruptive === true);
      const smi = results.get("nvidia-smi");
      if (gpuProcess(smi) !== undefined) return results;
      if (smi !== undefined && smi.exitCode !== 0)
        return new Map([
          ...results,
          ...loud.map((command) => [command.id, notAsked(command, USE_UNKNOWN, limits.sudo)] as const),
        ]);
      return new Map([...results, ...(await runCommands(host, loud, connection, around))]);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!SlipwayError.is(error) || error.kind !== "unreachable") throw error;
    return new Map(commands.map((command) => [command.id, notAsked(command, partialReasons.unreachable, limits.sudo)]));
  }
}

/** Why a command that disturbs a node was not run: nothing says that nobody uses it. */
const USE_UNKNOWN = "whether the node is in use could not be read";

function gpuProcess(result: ExecResult | undefined): string | undefined {
  if (result === undefined || result.exitCode !== 0) return undefined;
  const [, pid, type, name] = PROCESS.exec(result.stdout.toString("utf8")) ?? [];
  return pid === undefined ? undefined : `${name ?? "a program"} (pid ${pid}, type ${type ?? "?"}) uses a GPU`;
}

function captureOf({ stdout, stderr, left: _left, ...record }: ExecResult): ProbeCapture {
  const text = stdout.toString("utf8");
  return {
    record: record satisfies BundleManifest["probes"][string],
    ...(record.startError === null || stdout.length > 0 ? { stdout: text } : {}),
    stdoutDamaged: text.includes("\uFFFD") && !Buffer.from(text, "utf8").equals(stdout),
    stderr: stderr.toString("utf8"),
  };
}

/** The boot id a node gives now, or undefined when it does not answer. */
export async function bootIdOf(node: Reached): Promise<string | undefined> {
  const commands = identityProbes.flatMap((probe) => probe.commands({})).filter(({ id }) => id === "boot-id");
  return identityOf(node.host, await ask(node, commands)).bootId ?? undefined;
}
