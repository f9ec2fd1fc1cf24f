import type { ActClass } from "@slipway/plugin-sdk";
import { bigint, bool, bytes, int, json, orNull, table, text, texts, time } from "./columns.ts";

/** An act that is about to be tried or was tried: written before it, so that a crash finds it. */
export const intents = table(
  {
    /** `<object>/<act>/<counter>`: the idempotency key that travels with the act. */
    key: text(),
    object: text(),
    /** Of `object`, taken apart. */
    object_kind: text(),
    object_id: text(),
    act: text(),
    /** How often it may be performed. */
    class: text<ActClass>(),
    /** What the act is given. */
    input: json<Readonly<Record<string, unknown>>>(),
    /** Seq of the object's undo entry that it takes back; null for an act that goes forward. */
    reverts: orNull(bigint()),
    /** What a worker has to have for it, sorted, such as `vendor:lab` or `ssh:direct`; nothing: any worker can. */
    needs: texts(),
    machine: orNull(bigint()),
    /** Of a boot: where the machine stands. */
    cluster: orNull(text()),
    /** Fencing number of the claim under which it was written. */
    fence: bigint(),
    /** What was read before the act, such as the boot id. */
    before: json<Readonly<Record<string, unknown>>>(),
    written_at: time(),
    /** When it was sent, written just before: from then on it may have happened, whatever the answer was. */
    sent_at: orNull(time()),
    /** Under which the vendor has it in hand. */
    op_id: orNull(text()),
    /** Failed tries so far. */
    tries: int(),
    /** Not taken up again before. */
    look_again_at: time(),
    /** What the last failed try said. */
    last_error: orNull(text()),
    outcome: orNull(text<"done" | "failed" | "abandoned">()),
    outcome_at: orNull(time()),
  },
  { key: ["key"], indexes: [["object"], ["outcome"], ["look_again_at"], ["cluster"], ["written_at"]] },
);

/** What each queue of acts asks of a worker, by the queue's name. */
export const act_queues = table({ name: text(), needs: texts() }, { key: ["name"] });

/** Who may act on a machine. Every claim has a higher fence; whoever holds an older one may not write any more. */
export const claims = table(
  { machine: bigint(), holder: orNull(text()), fence: bigint(), at: time() },
  { key: ["machine"] },
);

/** One row per limit that several transactions share; writing it makes them wait for each other. */
export const gates = table({ name: text(), taken: int(), turn: bigint() }, { key: ["name"] });

/** Append-only: one row a transition, in the same transaction. */
export const audit = table(
  {
    id: bigint(),
    at: time(),
    actor: text(),
    object: text(),
    from_state: orNull(text()),
    to_state: text(),
    reason: text(),
    detail: orNull(json<unknown>()),
  },
  { key: ["id"], indexes: [["object"]] },
);

/** Changes of state that commands made, by the kind of object and the new state; a worker counts its own. */
export const transition_counts = table(
  { object: text(), to_state: text(), count: bigint() },
  { key: ["object", "to_state"] },
);

/** What a person should look at: a tripped breaker, a conflict, a validation that is held. */
export const items = table(
  {
    id: bigint(),
    kind: text(),
    subject: text(),
    owner: text(),
    title: text(),
    detail: json<unknown>(),
    opened_at: time(),
    closed_at: orNull(time()),
  },
  {
    key: ["id"],
    uniqueWhere: [{ columns: ["kind", "subject"], where: { closed_at: null } }],
    indexes: [["kind", "subject"]],
  },
);

/** Workers that share this database, by their last heartbeat. */
export const workers = table(
  {
    id: text(),
    host: text(),
    pid: int(),
    release: text(),
    started_at: time(),
    beat_at: time(),
    /** By how much its machine's clock is ahead of the store's own; null when it was not measured. */
    skew_ms: orNull(bigint()),
    /** The needs of acts that it can do: as they are written, or with `*` for the rest; nothing while it takes no work. */
    covers: texts(),
    /** Keys of the acts that it carries out. */
    hand: texts(),
    /** Its hand is one act that it carries out with nothing beside it. */
    alone: bool(),
  },
  { key: ["id"] },
);

/** Workers whose heartbeat stopped while they had an act in hand. */
export const act_deaths = table(
  { key: text(), worker: text(), at: time(), alone: bool() },
  { key: ["key", "worker"], indexes: [["at"]] },
);

/** Evidence by digest: how long it is kept; the row stays after the bytes were removed. */
export const evidence_blobs = table(
  { digest: text(), size: bigint(), stored_at: time(), keep_until: orNull(time()), expired_at: orNull(time()) },
  { key: ["digest"], indexes: [["keep_until"]] },
);

/** Evidence that a clean-up removes only once a person confirms its attention item: exactly these digests. */
export const evidence_removals = table({ item: bigint(), digest: text() }, { key: ["item", "digest"] });

/** Bytes of evidence where PostgreSQL keeps them. */
export const blobs = table(
  {
    digest: text(),
    content: bytes(),
    written_at: time(),
    /** When they were marked as removed; they are deleted later, unless they are put or named again. */
    removed_at: orNull(time()),
  },
  { key: ["digest"], indexes: [["removed_at"]] },
);

/** Small facts about the installation, such as which lab seed it runs. */
export const settings = table({ name: text(), value: json<unknown>() }, { key: ["name"] });
