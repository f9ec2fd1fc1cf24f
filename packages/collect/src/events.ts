/** One line of what `collect` reports while it runs. */
export const COLLECT_EVENT_SCHEMA = "slipway/collect-event@1";

/** Why a host's bundle is partial: a code for programs, and a text for people. */
export interface HostTrouble {
  readonly host: string;
  readonly reason: string;
}

export interface CollectSummary {
  readonly hosts: number;
  /** Hosts of which every planned probe ran. */
  readonly complete: number;
  /** Skipped by `--resume`: their bundle was complete already. */
  readonly skipped: number;
  readonly unreachable: readonly HostTrouble[];
  /** Lost midway, or interrupted. */
  readonly partial: readonly HostTrouble[];
  readonly aborted: boolean;
  readonly durationMs: number;
}

type EventBody =
  | { readonly event: "started"; readonly hosts: number; readonly out: string }
  | { readonly event: "round"; readonly round: number; readonly out: string }
  | { readonly event: "host-started"; readonly host: string; readonly probes: number }
  | { readonly event: "host-skipped"; readonly host: string; readonly bundle: string }
  | {
      readonly event: "probe";
      readonly host: string;
      readonly probe: string;
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly timedOut: boolean;
      readonly startError: string | null;
      readonly truncated: boolean;
      readonly durationMs: number;
      readonly stdoutBytes: number;
      readonly stderrBytes: number;
      /** Processes that could not be ended; `unknown` when nobody could look. */
      readonly left?: readonly number[] | "unknown";
    }
  | { readonly event: "unreachable"; readonly host: string; readonly reason: string; readonly bundle: string }
  | { readonly event: "connection-lost"; readonly host: string; readonly reason: string }
  | { readonly event: "host-done"; readonly host: string; readonly bundle: string; readonly complete: boolean }
  | ({ readonly event: "round-done"; readonly round: number } & CollectSummary)
  | ({ readonly event: "summary"; readonly rounds: number } & CollectSummary);

export type CollectEvent = EventBody & { readonly schema: typeof COLLECT_EVENT_SCHEMA; readonly at: string };

/** Adds the time to events and passes them on. */
export function emitter(listener: ((event: CollectEvent) => void) | undefined): (body: EventBody) => void {
  return (body) => listener?.({ schema: COLLECT_EVENT_SCHEMA, at: new Date().toISOString(), ...body });
}
export type Emit = ReturnType<typeof emitter>;
