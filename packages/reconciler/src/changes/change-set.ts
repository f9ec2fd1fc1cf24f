import { formatObject, type Account } from "@slipway/domain";
import { SlipwayError, type UndoDraft } from "@slipway/plugin-sdk";
import type { Row, Tx } from "@slipway/store";
import type { TurnParts } from "../engine.ts";
import { objectOf, type ConditionState, type Kind, type KindRef, type ObjectHeader } from "../kind.ts";
import { insertRows, upsertRows } from "../objects.ts";
import { BookChanges } from "./book-changes.ts";
import { ClaimChanges } from "./claim-changes.ts";
import { ConditionChanges } from "./condition-changes.ts";
import { IntentChanges, type FreshIntent } from "./intent-changes.ts";
import { ObjectChanges } from "./object-changes.ts";
import { UndoChanges } from "./undo-changes.ts";

type AuditRow = Omit<Row<"audit">, "id">;

/** What an audit row says of an object: its states before and after, and why. */
export interface AuditEntry {
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
  readonly detail?: unknown;
}

/** A step of an object's life: its new status, if it has one, and why. */
export type Transition<R extends ObjectHeader> = Partial<R> & Pick<ObjectHeader, "reason_code" | "reason">;

/** An act that is asked for. */
export interface Asked {
  readonly act: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The claim's fence that it acts under; 0 for an act without a claim. */
  readonly fence?: number;
  readonly machine?: number | null;
  readonly cluster?: string | null;
  readonly before?: Readonly<Record<string, unknown>>;
  /** What tells its key from those of the object's other acts, before the revision; the act's name where absent. */
  readonly part?: string;
}

/**
 * Collects everything one transaction changes about objects, and writes it in few statements: the only writer of
 * headers, conditions, owners, intents, claims, ledger, undo entries and audit. Each transition brings its audit row along.
 */
export class ChangeSet {
  /** The store's time, in milliseconds since 1970. */
  readonly now: number;
  /** For reading, and for rows of a kind's own tables; what is the engine's is written through this change alone. */
  readonly tx: Tx;
  readonly conditions = new ConditionChanges();
  readonly intents: IntentChanges;
  readonly undo = new UndoChanges();
  readonly #claims: ClaimChanges;
  readonly #books: BookChanges;
  readonly #objects = new ObjectChanges();
  readonly #actor: string;
  readonly #audit: AuditRow[] = [];
  readonly #inserts = new Map<string, object[]>();
  readonly #upserts = new Map<string, Map<string, object>>();
  readonly #observations = new Map<string, Row<"observations">>();
  /** Objects that are told to look again, with their priority. */
  readonly #ticks = new Map<string, number>();
  readonly #locks = new Set<string>();

  constructor(now: number, actor: string, tx: Tx) {
    this.now = now;
    this.tx = tx;
    this.#actor = actor;
    this.intents = new IntentChanges(now);
    this.#claims = new ClaimChanges(now);
    this.#books = new BookChanges(now);
  }

  /** Makes an object, said in the audit. */
  create<R extends ObjectHeader>(
    kind: KindRef<R>,
    row: R,
    said: Partial<Pick<AuditEntry, "reason" | "detail">> = {},
  ): void {
    this.#objects.create(kind, row);
    this.audit(objectOf(kind, row), { from: null, to: row.status, reason: row.reason, ...said });
  }

  /** Changes an object; several changes of one become a single write. @returns it as it then is */
  change<R extends ObjectHeader>(kind: KindRef<R>, row: R, set: Partial<R>): R {
    return this.#objects.change(kind, row, set);
  }

  /** Changes an object and why it stands as it stands, said in the audit. @returns it as it then is */
  transition<R extends ObjectHeader>(kind: KindRef<R>, row: R, set: Transition<R>, detail: unknown = null): R {
    const to = set.status ?? row.status;
    this.audit(objectOf(kind, row), { from: row.status, to, reason: set.reason, detail });
    return this.change(kind, row, set);
  }

  /** An object as it is after what was changed here. */
  current<R extends ObjectHeader>(kind: KindRef<R>, row: R): R {
    return this.#objects.current(kind, row);
  }

  /** Objects of a kind that were made or changed here, as they then are: what a read does not see yet. */
  changed<R extends ObjectHeader>(kind: KindRef<R>): readonly R[] {
    return this.#objects.changed(kind);
  }

  isChanged(kind: KindRef, row: ObjectHeader): boolean {
    return this.#objects.isChanged(kind, row);
  }

  audit(object: string, { from, to, reason, detail = null }: AuditEntry): void {
    this.#audit.push({ at: this.now, actor: this.#actor, object, from_state: from, to_state: to, reason, detail });
  }

  /** Says conditions of an object; @param whole these are all that it has, but for the engine's own */
  say(kind: KindRef, row: ObjectHeader, states: readonly ConditionState[], whole = false): void {
    this.conditions.say(objectOf(kind, row), row.spec_generation, states, whole);
  }

  /** Keeps what a source said of the world, in place of what it said before. */
  observe(observed: Omit<Row<"observations">, "intent"> & Partial<Pick<Row<"observations">, "intent">>): void {
    const { subject, fact, source } = observed;
    this.#observations.set(JSON.stringify([subject, fact, source]), { intent: null, ...observed });
  }

  /**
   * Asks for an act: its intent is written, and sent to a worker that has what it needs when this has committed.
   *
   * @returns the object, which waits for it
   */
  ask<R extends ObjectHeader>(kind: Kind<R>, row: R, { part, ...asked }: Asked): R {
    const act = kind.acts[asked.act];
    if (act === undefined) throw new SlipwayError("contract", `${kind.name} has no act ${asked.act}`);
    const object = objectOf(kind, row);
    const key = [object, part ?? asked.act, String(row.revision)].join("/");
    const needs = [...new Set(act.needs(asked.input))].sort();
    return this.#intend(kind, row, { ...asked, key, class: act.class, needs, fence: asked.fence ?? 0 });
  }

  /** Asks for taking back a change that the object made, by the act that made it. @returns the object, which waits for it */
  askBack<R extends ObjectHeader>(
    kind: Kind<R>,
    row: R,
    { seq }: Row<"undo_entries">,
    made: Pick<Row<"intents">, "act" | "input" | "needs" | "class" | "fence" | "machine" | "cluster">,
  ): R {
    const { act, input, needs, class: of, fence, machine, cluster } = made;
    const key = [objectOf(kind, row), "undo", String(seq), String(row.revision)].join("/");
    return this.#intend(kind, row, { key, act, input, needs, class: of, fence, machine, cluster, reverts: seq });
  }

  #intend<R extends ObjectHeader>(
    kind: KindRef<R>,
    row: R,
    intent: Omit<FreshIntent, "object" | "object_kind" | "object_id">,
  ): R {
    const ref = { kind: kind.name, id: String(row.id) };
    const named = { object: formatObject(ref), object_kind: ref.kind, object_id: ref.id };
    this.intents.add({ ...intent, ...named }, row.priority);
    return this.change(kind, row, { acting: intent.key } as Partial<R>);
  }

  /** Ends an act that its object waits for no longer. */
  giveUp({ key, act }: Pick<Row<"intents">, "key" | "act">, reason: string): void {
    this.intents.set(key, { outcome: "abandoned", outcome_at: this.now });
    this.audit(`intent/${key}`, { from: act, to: "abandoned", reason, detail: { intent: key } });
  }

  /** What an act is about to change of the world. */
  draftUndo(intent: Pick<Row<"intents">, "object" | "key">, drafts: readonly UndoDraft[]): void {
    this.undo.draft(intent.object, intent.key, drafts);
  }

  /** Inserts rows into a table of a kind's own. */
  insert(table: string, rows: readonly object[]): void {
    this.#inserts.set(table, [...(this.#inserts.get(table) ?? []), ...rows]);
  }

  /** Puts a row into a table of a kind's own, in the place of the one with this key if there is one; the last one counts. */
  upsert(table: string, key: string, row: object): void {
    this.#upserts.set(table, (this.#upserts.get(table) ?? new Map<string, object>()).set(key, row));
  }

  /** Goes by counts that others go by as well: of two transactions that name the same, the later one looks again. */
  lock(names: readonly string[]): void {
    for (const name of names) this.#locks.add(name);
  }

  /** Tells an object to look again once this has committed. */
  tick(object: string, priority = 0): void {
    this.#ticks.set(object, Math.max(priority, this.#ticks.get(object) ?? priority));
  }

  /** Has an object looked at once this has committed, whatever else is written of it meanwhile. */
  wake<R extends ObjectHeader>(kind: KindRef<R>, row: Pick<R, "id" | "priority">): void {
    this.#objects.wake(kind, row.id);
    this.tick(objectOf(kind, row), row.priority);
  }

  /** The claim of a machine as it was left here; what the transaction read where nothing was done to it. */
  claimOf(machine: number, read: Row<"claims"> | undefined): Row<"claims"> | undefined {
    return this.#claims.current(machine) ?? read;
  }

  /**
   * Writes a claim as it was read, so that of two transactions that go by it and change it one looks again;
   * one that is not there yet is made.
   */
  hold(claim: Row<"claims"> | undefined, machine: number): void {
    this.#claims.hold(claim, machine);
  }

  /** Gives an object the right to act on a machine, under the next fence, whoever had it. @returns the claim as it then is */
  take(claim: Row<"claims"> | undefined, machine: number, holder: string): Row<"claims"> {
    return this.#claims.take(claim, machine, holder);
  }

  /** Ends an object's claim, where it has it; the fence stays. */
  free(claim: Row<"claims"> | undefined, holder: string): void {
    this.#claims.free(claim, holder);
  }

  /** Where a machine stands after what was booked here. */
  accountOf(machine: Pick<Row<"machines">, "id" | "account">): Account {
    return this.#books.accountOf(machine);
  }

  /** Books a machine that is new where it begins. */
  enter(machine: Pick<Row<"machines">, "id" | "account">, cause: string): void {
    this.#books.enter(machine, cause);
  }

  /** Moves a machine to an account; nothing where it is there. */
  book(machine: Pick<Row<"machines">, "id" | "account">, to: Account, cause: string): void {
    this.#books.book(machine, to, cause);
  }

  /** Writes a machine's account as it was read, so that of two transactions that go by it and change it one looks again. */
  holdAccount(machine: Pick<Row<"machines">, "id" | "account">): void {
    this.#books.hold(machine);
  }

  /** The account that a machine was taken from in this transaction by what is named as the cause. */
  takenFrom(machine: number, cause: string): Account | null | undefined {
    return this.#books.takenFrom(machine, cause);
  }

  /**
   * Writes all of it, and joins the jobs that it sends to the transaction; without a queue a worker's sweep sees the rows.
   *
   * @throws LostRace when something changed since it was read
   */
  async flush(tx: Tx, { queue, kinds = [] }: Partial<Pick<TurnParts, "queue" | "kinds">> = {}): Promise<void> {
    if (this.#locks.size > 0) await tx.lock([...this.#locks]);
    // Claims come first: of two that make an object for one machine the second runs again, and finds the first one's.
    await this.#claims.flush(tx);
    const parents = await this.#objects.flush(tx, this.now, { by: this.#actor, kinds });
    for (const parent of parents) this.tick(parent);
    await this.intents.flush(tx, queue);
    await this.#books.flush(tx);
    for (const [table, rows] of this.#inserts) if (rows.length > 0) await insertRows(tx, table, rows);
    for (const [table, rows] of this.#upserts) await upsertRows(tx, table, [...rows.values()]);
    if (this.#observations.size > 0) await tx.upsert("observations", [...this.#observations.values()]);
    await this.conditions.flush(tx, this.now, this.#actor);
    await this.undo.flush(tx);
    await this.#writeAudit(tx);
    const ticks = [...this.#ticks].map(([key, priority]) => ({ key, priority }));
    if (ticks.length > 0 && queue !== undefined) await queue.send("tick", ticks, tx);
  }

  async #writeAudit(tx: Tx): Promise<void> {
    if (this.#audit.length === 0) return;
    const ids = await tx.nextIds("event", this.#audit.length);
    await tx.insert(
      "audit",
      this.#audit.map((row, index) => ({ id: ids[index] ?? 0, ...row })),
    );
  }
}

/** One transaction of the engine, with the writes that it collects. */
export interface Turn {
  readonly tx: Tx;
  readonly change: ChangeSet;
}

/** Runs one transaction: the collected writes are part of it. */
export function takeTurn<T>({ store, worker, queue, kinds }: TurnParts, work: (turn: Turn) => Promise<T>): Promise<T> {
  return store.transaction(async (tx) => {
    const change = new ChangeSet(await tx.now(), worker.id, tx);
    const result = await work({ tx, change });
    await change.flush(tx, { queue, kinds });
    return result;
  });
}
