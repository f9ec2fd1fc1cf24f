import { VALIDATIONS } from "@slipway/nodes";
import { takeTurn as takeEngineTurn, type ChangeSet } from "@slipway/reconciler";
import type { Tx } from "@slipway/store";
import type { RunnerParts, Validation } from "./parts.ts";

export { VALIDATIONS } from "@slipway/nodes";

/** One transaction of a runner, with the writes that it collects. */
export interface Turn {
  readonly parts: RunnerParts;
  readonly tx: Tx;
  readonly change: ChangeSet;
}

/** Runs one transaction: the collected writes are part of it, and events are emitted once it has committed. */
export const takeTurn = <T>(parts: RunnerParts, work: (turn: Turn) => Promise<T>): Promise<T> =>
  takeEngineTurn({ ...parts, kinds: [] }, ({ tx, change }) => work({ parts, tx, change }));

/** Whether a validation ended, before this transaction or in it. */
export const hasEnded = (change: ChangeSet, validation: Validation): boolean =>
  change.current(VALIDATIONS, validation).finished_at !== null;
