import { hearingAudit, type Row, type Store, type Tx } from "@slipway/store";
import type { RunnerEvent } from "./worker/parts.ts";

/** What changes of state are counted by. */
export interface TransitionLabels {
  /** The kind of object, such as `ban`. */
  readonly object: string;
  /** The new state, without the number of a machine or revision that some have. */
  readonly to: string;
}

/** By what a change of an object (`<kind>/<name>`) to a state is counted. */
export const transitionLabels = (object: string, to: string): TransitionLabels => ({
  object: object.split("/", 1)[0] ?? "",
  to: to.replace(/[ -]?\d+$/, ""),
});

/** Rows of the audit that tell of another state; others say what happened in the same one. */
const changesOf = (rows: readonly Row<"audit">[]): readonly Row<"audit">[] =>
  rows.filter(({ from_state, to_state }) => from_state !== to_state);

/** The same store; `emit` hears of each change of state that is written through it, once that is committed. */
export const tellingTransitions = <S extends Store>(store: S, emit: (event: RunnerEvent) => void): S =>
  hearingAudit(store, {
    committed: (rows) => {
      for (const { object, from_state: from, to_state: to, reason } of changesOf(rows))
        emit({ event: "transition", object, from, to, reason });
    },
  });

/**
 * The same store, which counts the changes of state that are written through it in its own table: for a command, which
 * is over before anybody could ask it for metrics. Many transactions at once would wait for each other's counts.
 */
export const countingTransitions = <S extends Store>(store: S): S => hearingAudit(store, { within: count });

async function count(tx: Tx, rows: readonly Row<"audit">[]): Promise<void> {
  const changes = changesOf(rows).map(({ object, to_state }) => transitionLabels(object, to_state));
  const groups = Map.groupBy(changes, ({ object, to }) => JSON.stringify([object, to]));
  const counts: Row<"transition_counts">[] = [];
  for (const [first, ...more] of groups.values()) {
    if (first === undefined) continue;
    const { object, to } = first;
    const known = await tx.get("transition_counts", { object, to_state: to });
    counts.push({ object, to_state: to, count: (known?.count ?? 0) + 1 + more.length });
  }
  if (counts.length > 0) await tx.upsert("transition_counts", counts);
}
