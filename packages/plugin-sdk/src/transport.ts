import type { ProbeRecord } from "@slipway/domain";
import type { ProbeCommand } from "./probes/probe.ts";

/** A node to ask, as the inventory names it. */
export interface Host {
  /** Names the node in its bundle. Any text: it never reaches a shell, and a path only encoded. */
  readonly name: string;
  /** Where it is reached; the name when absent. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** The jump host of ssh that it is reached through, `[user@]host[:port]`; without one as the ssh configuration says. */
  readonly jump?: string | undefined;
  readonly vendor?: string | undefined;
  readonly sku?: string | undefined;
  readonly cluster?: string | undefined;
  readonly rack?: string | undefined;
  /** What the inventory expects of its rack, such as the members of its IMEX domain; lies over the fleet's files. */
  readonly rackExpectations?: Readonly<Record<string, unknown>> | undefined;
}

/** What may still be kept of one node's output; whoever keeps some takes it off. */
export interface OutputBudget {
  /** Bytes. */
  left: number;
  /** Of these, bytes that may be held in memory; the rest goes to files. */
  memory: number;
  /** Path of a new file, which is there until the work on the node is over. */
  newFile(): string;
}

export interface ExecOptions {
  /** When it is over, the probe and all it started are ended. */
  readonly timeoutMs: number;
  /** Cap of stdout, and of stderr; a probe that prints more is ended and marked `truncated`. */
  readonly maxBytes: number;
  /** What is left for all probes of the node; one that prints more is ended and marked likewise. */
  readonly budget?: OutputBudget | undefined;
  /** Run as root by `sudo -n`. */
  readonly sudo?: boolean;
  /** Ends the probe like a timeout does. */
  readonly signal?: AbortSignal | undefined;
}

/** Bytes as a tool printed them; Node's Buffer is one. */
export interface Output extends Uint8Array {
  toString(encoding?: "utf8"): string;
}

/** Bytes in a file of this process, which is there until the work on their node is over. */
export interface FiledBytes {
  readonly file: string;
  readonly length: number;
  /** They are no text before they are read. */
  readonly toString: undefined;
}

/** Bytes in memory, or in a file where they are many. */
export type Contents = Uint8Array | FiledBytes;

export const isFiled = (contents: Contents): contents is FiledBytes => "file" in contents;

/** The text of a short answer; undefined where there is more than is held in memory, which is no answer of a few words. */
export const answerOf = (printed: Output | FiledBytes): string | undefined =>
  isFiled(printed) ? undefined : printed.toString("utf8");

/** How one command ran, and every byte it printed up to the cap. */
export interface ExecResult extends ProbeRecord {
  readonly stdout: Output | FiledBytes;
  readonly stderr: Output | FiledBytes;
  /** Present when the probe had to be ended and something stayed: pids, or `unknown` when nobody could look. */
  readonly left?: readonly number[] | "unknown";
}

/** The key and the way that a node was reached by. */
export interface Reached {
  readonly hostKey: string;
  readonly route: string;
}

/** A node that answers. Several commands may run on it at a time. */
export interface Connection {
  /** Runs a command to its end. Never rejects: what went wrong is said by the result. */
  exec(command: ProbeCommand, options: ExecOptions): Promise<ExecResult>;
  /**
   * How it was reached, where the transport can tell: the host key that the node proved to have
   * (`SHA256:…`, as ssh-keygen -l prints it), and the jump host that it was reached through, or `direct`.
   */
  readonly reached?: Reached | undefined;
  /** Why the node does not answer any more; undefined while it does. */
  readonly lost: string | undefined;
  close(): void;
}

/** A way to reach nodes. */
export interface Transport {
  /** @throws SlipwayError of kind `unreachable` with the reason, `config` or `input` for what only the user can mend */
  connect(host: Host, signal: AbortSignal): Promise<Connection>;
  close(): void;
}

/** Words of `startError` that say the node, not the program, is the reason. Such a bundle is partial. */
export const partialReasons = {
  unreachable: "unreachable",
  connectionLost: "connection-lost",
  aborted: "aborted",
} as const;
