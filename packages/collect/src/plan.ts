import type { Expectations } from "@slipway/domain";
import { identityProbes, SlipwayError, type Probe, type ProbeCommand } from "@slipway/plugin-sdk";

/** Which probes are asked for. */
export interface Selection {
  /** Probes that the loaded checks declare. */
  readonly probes: readonly Probe[];
  /** Ids of probes, or of single commands of a family (`mlxlink-mlx5_0`): these alone run. */
  readonly named?: readonly string[] | undefined;
  /** Probes that load the node may run without being named. */
  readonly disruptive?: boolean | undefined;
}

/** What is run on one host, in order, and what is left out because it would disturb the node. */
export interface Plan {
  readonly commands: readonly ProbeCommand[];
  readonly withheld: readonly ProbeCommand[];
}

/**
 * Plans a host with these expectations. Unless probes are named, those of the machine's identity come first and always.
 * Pure: nothing is asked of the host.
 *
 * @throws SlipwayError of kind `input` for a name that no probe has
 */
export function plan(expectations: Expectations, selection: Selection): Plan {
  const { named, disruptive = false } = selection;
  const probes = new Map([...identityProbes, ...selection.probes].map((probe) => [probe.id, probe]));
  const commands = new Map<string, { probe: Probe; command: ProbeCommand }>();
  for (const probe of probes.values()) {
    for (const command of probe.commands(expectations))
      if (!commands.has(command.id)) commands.set(command.id, { probe, command });
  }
  if (named !== undefined && named.length > 0) {
    for (const name of named) if (!known(name, probes)) throw unknownProbe(name, probes);
    const chosen = [...new Set(named)].flatMap((name) =>
      [...commands.values()].filter(({ probe, command }) => probe.id === name || command.id === name),
    );
    return { commands: [...new Set(chosen.map(({ command }) => command))], withheld: [] };
  }
  const all = [...commands.values()].map(({ command }) => command);
  const held = (command: ProbeCommand): boolean => command.disruptive === true && !disruptive;
  return { commands: all.filter((command) => !held(command)), withheld: all.filter(held) };
}

/** Whether a name is a command of a probe family, which this host need not have. */
function known(name: string, probes: ReadonlyMap<string, Probe>): boolean {
  return [...probes.keys()].some((id) => name === id || name.startsWith(`${id}-`));
}

function unknownProbe(name: string, probes: ReadonlyMap<string, Probe>): SlipwayError {
  return new SlipwayError("input", `--probes ${name}: there is no such probe`, {
    hint: `known probes: ${[...probes.keys()].join(", ")}`,
  });
}
