import type { ConditionStatus, UndoOutcome } from "@slipway/domain";
import { bigint, int, json, orNull, table, text, time } from "./columns.ts";

/** What holds of each object now. */
export const conditions = table(
  {
    object: text(),
    type: text(),
    status: text<ConditionStatus>(),
    reason: text(),
    message: text(),
    observed_generation: bigint(),
    /** Since when it has this status. */
    since: time(),
  },
  { key: ["object", "type"], indexes: [["reason"]] },
);

/** Append-only: one row for each change of a condition's status or reason. */
export const condition_changes = table(
  {
    id: bigint(),
    since: time(),
    by: text(),
    object: text(),
    type: text(),
    status: text<ConditionStatus>(),
    reason: text(),
    message: text(),
    observed_generation: bigint(),
  },
  { key: ["id"], indexes: [["object"]] },
);

/** Append-only: one row for each change of who has to act next on an object. */
export const owner_changes = table(
  { id: bigint(), since: time(), by: text(), object: text(), owner: orNull(text()) },
  { key: ["id"], indexes: [["object"]] },
);

/** The newest that each source said of each fact. */
export const observations = table(
  {
    subject: text(),
    fact: text(),
    source: text(),
    value: orNull(json<unknown>()),
    observed_at: time(),
    /** Key of the act that saw it. */
    intent: orNull(text()),
  },
  { key: ["subject", "fact", "source"] },
);

/** Changes of the world that objects made, each written before it was made. */
export const undo_entries = table(
  {
    object: text(),
    seq: bigint(),
    /** Key of the intent of the act that made it. */
    intent: text(),
    /** Names the place that was changed. */
    key: text(),
    prior: orNull(json<unknown>()),
    applied: orNull(json<unknown>()),
    /** Failed tries to take it back. */
    tries: int(),
    last_error: orNull(text()),
    /** Who sees to it while that fails. */
    owner: orNull(text()),
    reverted_at: orNull(time()),
    outcome: orNull(text<UndoOutcome>()),
  },
  { key: ["object", "seq"], indexes: [["intent"]] },
);
