import type { ActContext } from "@slipway/plugin-sdk";
import type { Clock, Queue, Store } from "@slipway/store";
import type { Kind, KindRef, Ticked } from "./kind.ts";

/** What happened, for logs, metrics and traces. */
export type EngineEvent =
  | {
      readonly event: "act-failed";
      readonly key: string;
      readonly act: string;
      readonly reason: string;
      /** Failed tries so far. */
      readonly tries: number;
      /** Milliseconds since 1970; null: it is left to a person. */
      readonly tryAgainAt: number | null;
    }
  /** A look at an object that failed. */
  | {
      readonly event: "tick-failed";
      readonly object: string;
      readonly reason: string;
      /** In a row. */
      readonly failures: number;
      /** Milliseconds since 1970; null where it waits for a person all the same. */
      readonly tryAgainAt: number | null;
    }
  | { readonly event: "ticks"; readonly count: number; readonly seconds: number }
  | { readonly event: "store-trouble"; readonly reason: string }
  /** This machine's clock is off by more than a limit, or is right again. */
  | { readonly event: "clock-skew"; readonly ms: number; readonly refusing: boolean };

export interface EngineLimits {
  /** Acts at a time. */
  readonly acts: number;
  /** Objects looked at in one transaction. */
  readonly tickBatch: number;
  /** Time between two sweeps for objects that are due. */
  readonly sweepMs: number;
  /** An act without an outcome for this long is sent to the queue again, in case its job was lost. */
  readonly lookAgainMs: number;
  /** Time that one call to the outside may take. */
  readonly callMs: number;
  /**
   * How long the effect of an act that may have been performed is waited for before it counts as unclear; and, from when
   * it was written, how long an act that was not performed may leave open whether it is to be.
   */
  readonly effectMs: number;
}

/** A process that takes work. */
export interface WorkerId {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly release: string;
}

/** What the engine gives of an act's surroundings; the world comes from {@link EngineParts.inContext}. */
export interface ActBase extends Pick<ActContext, "signal" | "deadlineMs" | "key" | "fence" | "now"> {
  /** What the act asked of a worker, the way to its node among it. */
  readonly needs: readonly string[];
}

/** What a transaction of the engine needs. */
export interface TurnParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly worker: Pick<WorkerId, "id">;
  readonly kinds: readonly KindRef[];
}

/** What a worker needs to take the steps that are due. */
export interface LoopParts extends TurnParts {
  readonly clock: Clock;
  readonly worker: WorkerId;
  readonly kinds: readonly Ticked[];
  readonly limits: Pick<EngineLimits, "acts" | "tickBatch" | "sweepMs" | "lookAgainMs">;
  readonly emit: (event: EngineEvent) => void;
  /** The needs that this worker can meet: as they are written, or with `*` for the rest. */
  covers(): readonly string[];
}

/** Everything the engine works with. A test puts memory adapters, a clock that it moves and faults here. */
export interface EngineParts extends LoopParts {
  readonly kinds: readonly Kind[];
  readonly limits: EngineLimits;
  /** Runs something with all that an act sees of the world; what was opened for it is closed at its end. */
  inContext<T>(base: ActBase, work: (context: ActContext) => Promise<T>): Promise<T>;
}

/** The kind of this name. */
export const kindNamed = <K extends KindRef>(
  { kinds }: { readonly kinds: readonly K[] },
  name: string,
): K | undefined => kinds.find((kind) => kind.name === name);
