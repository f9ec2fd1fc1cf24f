import type { Expectations } from "@slipway/domain";

/** One command of a probe, ready to run. Its id names the files it leaves in a bundle. */
export interface ProbeCommand {
  readonly id: string;
  /** Program and arguments, as bundle.json records them; data only ever travels as an argument. */
  readonly argv: readonly string[];
  /**
   * A constant POSIX sh program of ours, for what no single tool prints. `argv` is then
   * `slipway-probe <id> ARGS…`, and `sh -c PROGRAM slipway-probe ARGS…` is run. It exits 127 when
   * what it reads does not exist and 126 when that may not be read.
   */
  readonly program?: string;
  readonly timeoutMs: number;
  /** What it usually takes, for `--dry-run`. */
  readonly usualSeconds: number;
  /** It loads the node's GPUs or fabric: runs only when named or with `--disruptive`. */
  readonly disruptive?: boolean;
  /** It mostly sleeps: it starts first, beside the others, and is over before a disruptive one starts. */
  readonly waits?: boolean;
}

/** Something that is asked of a node without changing it. */
export interface Probe {
  /** Id, or the family name of the ids of its commands (`mlxlink` for `mlxlink-mlx5_0`). */
  readonly id: string;
  readonly title: string;
  /** The commands for a node with these expectations. */
  commands(expectations: Expectations): readonly ProbeCommand[];
}

/** Declares a probe of one command that is the same on every node. */
export function commandProbe(title: string, command: ProbeCommand): Probe {
  return { id: command.id, title, commands: () => [command] };
}
