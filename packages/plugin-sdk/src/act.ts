import type { z } from "zod";
import type { Connection, Host } from "./transport.ts";
import type { VendorSession } from "./vendor.ts";

/**
 * How often an act may be performed:
 * - `read`: it changes nothing, so it has no `perform`;
 * - `idempotent`: performing it again changes nothing further;
 * - `keyed`: performing it again under the same key changes nothing further;
 * - `once`: it is never repeated: after a crash its effect is looked for, and if that is unclear a person decides.
 */
export type ActClass = "read" | "idempotent" | "keyed" | "once";

/** What an act is about to change in the world: the value that stands there, and the one that it will write. */
export interface UndoDraft {
  /** Names the place: the same place of two acts has the same key. */
  readonly key: string;
  readonly prior: unknown;
  readonly applied: unknown;
}

/** A change of the world that is to be taken back. */
export type Undo = UndoDraft;

/** What the world shows of an act's effect. */
export interface Observed {
  /** `already`: the effect stands; `not-yet`: it does not; `unclear`: it cannot be told now. */
  readonly state: "already" | "not-yet" | "unclear";
  /** What was seen, as JSON; it is kept with the act. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Why the state is unclear or not there yet, in words for people. */
  readonly reason?: string;
  /** What `perform` would change. Kept before it is performed, so that it can be taken back after a crash too. */
  readonly prior?: readonly UndoDraft[];
  /** What tools or vendors answered, kept as evidence. */
  readonly evidence?: Readonly<Record<string, string>>;
  /** When to look again, in milliseconds from now, where waiting is the only thing to do. */
  readonly lookAgainMs?: number;
}

/** What came of performing an act. An error that is thrown is a failed try. */
export type Performed =
  /** `applied` are facts to keep, as JSON. */
  | { readonly did: "done"; readonly applied?: Readonly<Record<string, unknown>> }
  /** The vendor has it in hand under this id; its effect is observed later. */
  | { readonly did: "accepted"; readonly opId: string }
  /** Not done, with a code for logic and a reason for people. */
  | { readonly did: "refused"; readonly code: string; readonly reason: string; readonly retryAfterMs?: number }
  /** It may have been done: its effect is looked for before anything else. */
  | { readonly did: "unknown"; readonly why: string };

/** `skipped-foreign`: somebody else changed the place since, and it is theirs; `already-gone`: nothing is left of it. */
export type Reverted = "reverted" | "skipped-foreign" | "already-gone";

/** All that an act sees of the world. What this worker does not have throws a `SlipwayError` of kind `contract`. */
export interface ActContext {
  /** Aborted when the act may not go on: the worker stops, or the claim went to another. */
  readonly signal: AbortSignal;
  /** How long one call to the outside may take, in milliseconds. */
  readonly deadlineMs: number;
  /** The act's idempotency key. */
  readonly key: string;
  /** The fence of the claim that it acts under; 0 for an act without one. */
  readonly fence: number;
  /** The database's clock, in milliseconds since 1970. */
  now(): Promise<number>;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** The open session of a vendor account. */
  vendor(account: string): VendorSession;
  /** A connection to a node, closed by the runner when the act ends. */
  exec(host: Host): Promise<Connection>;
  /** The session of a scheduler. */
  scheduler(id: string): never;
  /** The management controller of a machine. */
  bmc(machine: number): never;
  /** Tells people something. */
  notify(message: string): never;
}

/** One kind of change of the world outside the database, or of waiting for one. */
export interface ActDefinition<Input extends z.ZodType = z.ZodType> {
  /** Equals the folder's name. */
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly input: Input;
  readonly class: ActClass;
  /** Whether it disturbs work on the node: then claim and fence are checked in the transaction before it is performed. */
  readonly disturbs: boolean;
  /** Oldest facts that it may act on, in milliseconds. */
  readonly maxFactAgeMs?: number;
  /**
   * What a worker has to have for it, such as `vendor:azure` or `ssh:direct`; the job goes to workers that have it.
   * Pure.
   */
  needs(input: z.output<Input>): readonly string[];
  /** Looks whether the effect stands, and changes nothing. Called before and after `perform`, and after a crash. */
  observe(context: ActContext, input: z.output<Input>): Promise<Observed>;
  /** @param standing `opId` of an operation that a try before this one had accepted */
  perform?(
    context: ActContext,
    input: z.output<Input>,
    standing: { readonly opId?: string | undefined },
  ): Promise<Performed>;
  /** Takes one change back, unless somebody else changed the place since. */
  revert?(context: ActContext, input: z.output<Input>, undo: Undo): Promise<Reverted>;
}

/** An act as the catalog hands it out. */
export type Step = ActDefinition & { readonly kind: "step" };

/** Declares an act. */
export function defineStep<Input extends z.ZodType>(definition: ActDefinition<Input>): Step {
  return { ...definition, kind: "step" } as unknown as Step;
}
