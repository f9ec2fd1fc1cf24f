import { formatObject, type Condition } from "@slipway/domain";
import type { ActDefinition, Observed, Reverted } from "@slipway/plugin-sdk";
import type { Row, Tx } from "@slipway/store";
import type { ChangeSet } from "./changes/change-set.ts";

/** The columns that the table of every kind has. */
export interface ObjectHeader {
  readonly id: number | string;
  /** Rises with every change of what is wanted of the object. */
  readonly spec_generation: number;
  /** Optimistic lock: one higher with every write, and a write names the one that it read. */
  readonly revision: number;
  readonly status: string;
  /** Why it has this status: a code for programs, and the same in words for people. */
  readonly reason_code: string;
  readonly reason: string;
  /** Who has to act next: a team or a person. */
  readonly owner: string | null;
  /** Key of the intent that is carried out for it: one at a time. */
  readonly acting: string | null;
  /** When it is looked at again; null: only when something tells. */
  readonly due_at: number | null;
  /** Failed ticks in a row, for the pause before the next, and what the last one said. */
  readonly failures: number;
  readonly last_error: string | null;
  /** When it ended; an object that has ended is not looked at any more. */
  readonly finished_at: number | null;
  /** The object that waits for its end, as text. */
  readonly parent?: string | null;
  /** Higher first. */
  readonly priority: number;
}

/** What an object is made with, beside its id: it is due at once. */
export const newHeader = (
  { now }: Pick<ChangeSet, "now">,
  said: Pick<ObjectHeader, "status" | "reason_code" | "reason" | "priority">,
): Omit<Required<ObjectHeader>, "id" | "parent"> => ({
  ...said,
  spec_generation: 1,
  revision: 1,
  owner: null,
  acting: null,
  due_at: now,
  failures: 0,
  last_error: null,
  finished_at: null,
});

/** A kind by its name, which references have, and by its table. */
export interface KindRef<R extends ObjectHeader = ObjectHeader> {
  /** In lower case, with hyphens. */
  readonly name: string;
  readonly table: string;
  /** Its ids are texts; else they are numbers. */
  readonly textId?: true;
  /** Only for the compiler. */
  readonly row?: R;
}

/** What a transaction may read. */
export type Reads = Pick<Tx, "now" | "get" | "find" | "count">;

/** What the engine has read for a batch of objects. */
export interface Looked {
  /** The store's time, in milliseconds since 1970. */
  readonly now: number;
  /** Intents that are carried out, by the object that waits for them. */
  readonly open: ReadonlyMap<string, Row<"intents">>;
  /** Of each living worker, what it covers. */
  readonly covers: readonly (readonly string[])[];
}

/** A condition as a kind says it; the engine knows since when it holds. */
export type ConditionState = Pick<Condition, "type" | "status" | "reason" | "message">;

/** How an act ended. */
export type Ended =
  /** Its effect stands: by itself (`already`), or after it was performed. `applied` is what performing it said. */
  | {
      readonly did: "done";
      readonly already: boolean;
      readonly observed: Observed;
      readonly applied?: Readonly<Record<string, unknown>> | undefined;
    }
  /** A change was taken back, or there was none to take back. */
  | { readonly did: "reverted"; readonly seq: number; readonly outcome: Reverted }
  /** It is left to a person: the object is parked under this code. */
  | { readonly did: "parked"; readonly code: string; readonly reason: string };

/** An object after a step that another may follow. */
export interface Further<R, Facts> {
  readonly row: R;
  readonly facts: Facts;
}

/** What comes next for objects of a kind: what a tick goes by. */
export interface Ticked<R extends ObjectHeader = ObjectHeader, Facts = unknown, Step = unknown> extends KindRef<R> {
  /** Reads what a batch of objects goes by, in one query a table. */
  look(reads: Reads, rows: readonly R[], looked: Looked): Promise<ReadonlyMap<R["id"], Facts>>;
  decide(row: R, facts: Facts): Step;
  /** Objects that are always there: a worker that begins to work makes those that are missing. */
  standing?(now: number): readonly R[];
  /** What holds of it. `Blocked` is the engine's own. */
  status(row: R, facts: Facts): readonly ConditionState[];
  /** Writes a step. @returns the object as it then is when another step may follow at once */
  apply(change: ChangeSet, row: R, facts: Facts, step: Step): Promise<Further<R, Facts> | undefined>;
}

/**
 * A kind of object: what it is, and what comes next for it. Everything in it but `look`, `apply`, `record`, `stillWants`
 * and `told` is pure.
 *
 * The engine parks an object whose act needs a person: it has the condition `Blocked` then, and is decided upon again
 * once a person says so.
 */
export interface Kind<R extends ObjectHeader = ObjectHeader, Facts = unknown, Step = unknown> extends Ticked<
  R,
  Facts,
  Step
> {
  /** Who looks at an object that is stuck. */
  owner(row: R): string;
  /** Writes what an act came to, in the transaction that ends it. Its object may be decided upon anew by then. */
  record(change: ChangeSet, row: R, intent: Row<"intents">, ended: Ended): Promise<void> | void;
  /**
   * Whether it still wants the act that it waits for, in the transaction before that is performed; what this goes by is
   * held in it (`change.hold`, `change.holdAccount`). An act that it does not want any more is abandoned, and the object
   * decided upon again. Absent: it does as long as it waits for it.
   */
  stillWants?(change: ChangeSet, row: R): Promise<boolean>;
  /** Tells of an act that ended, once that is committed. @param counted false: its object had gone on without it */
  told?(intent: Row<"intents">, ended: Ended, counted: boolean): void;
  /** It has a status of its own for objects that wait for a person: `record` puts them there, and none is `Blocked`. */
  readonly parksItself?: true;
  /** Its acts come again and again for ever, so that an intent which was carried out is not kept. */
  readonly keepsNoActs?: true;
  /** By the name that intents give. */
  readonly acts: Readonly<Record<string, ActDefinition>>;
}

/** How rows and jobs name an object. */
export const objectOf = (kind: Pick<KindRef, "name">, { id }: Pick<ObjectHeader, "id">): string =>
  formatObject({ kind: kind.name, id });
