import { VALIDATIONS } from "@slipway/nodes";
import { ChangeSet, takeTurn as takeEngineTurn } from "@slipway/reconciler";
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

/** Runs a part of a transaction by itself: what comes after it reads what it changed. */
export async function within<T>({ parts, tx, change }: Turn, work: (turn: Turn) => Promise<T>): Promise<T> {
  const own = new ChangeSet(change.now, parts.worker.id, tx);
  const result = await work({ parts, tx, change: own });
  await own.flush(tx, { queue: parts.queue, kinds: [] });
  return result;
}

/** Whether a validation ended, before this transaction or in it. */
export const hasEnded = (change: ChangeSet, validation: Validation): boolean =>
  change.current(VALIDATIONS, validation).finished_at !== null;
