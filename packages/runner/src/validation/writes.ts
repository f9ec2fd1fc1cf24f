import { parseObject, type Account } from "@slipway/domain";
import { sendActs } from "@slipway/reconciler";
import type { Queue, Row, Tx } from "@slipway/store";
import { objectOf, type RunnerParts, type Validation } from "./parts.ts";
import type { ActName } from "./routing.ts";

type AuditRow = Omit<Row<"audit">, "id">;
type LedgerRow = Omit<Row<"ledger">, "id">;
type IntentRow = Row<"intents">;

/** An act without an outcome for this long is sent to the queue again, in case its job was lost. */
const LOST_AFTER_MS = 30_000;

/** A change of a validation with the row it started from, so that a concurrent change is noticed (optimistic lock). */
interface PendingValidation {
  readonly before: Validation;
  after: Validation;
}

/** A claim as it was read, undefined where there was none, and as it will be. */
interface PendingClaim {
  readonly before: Row<"claims"> | undefined;
  readonly after: Row<"claims">;
}

/** What an audit row says of an object: its states before and after, and why. */
interface AuditEntry {
  readonly from: string | null;
  readonly to: string;
  readonly reason: string;
  readonly detail?: unknown;
}

/** One transaction of a runner, with the writes that it collects. */
export interface Turn {
  readonly parts: RunnerParts;
  readonly tx: Tx;
  readonly writes: Writes;
}

/**
 * Collects everything one transaction changes about validations and their machines, and writes it in
 * few statements. Each transition brings its audit row along; nothing is written without one.
 */
export class Writes {
  readonly now: number;
  readonly #actor: string;
  readonly #validations = new Map<number, PendingValidation>();
  readonly #audit: AuditRow[] = [];
  readonly #ledger: LedgerRow[] = [];
  /** Accounts as they will be. */
  readonly #accounts = new Map<number, Account>();
  readonly #intents: IntentRow[] = [];
  readonly #claims = new Map<number, PendingClaim>();
  readonly #jobs: (Pick<IntentRow, "key" | "needs"> & { readonly priority: number })[] = [];

  constructor(now: number, actor: string) {
    this.now = now;
    this.#actor = actor;
  }

  /** Changes a validation; several changes of one become a single write. */
  change(validation: Validation, set: Partial<Validation>): Validation {
    const pending = this.#validations.get(validation.id) ?? { before: validation, after: validation };
    pending.after = { ...pending.after, ...set };
    this.#validations.set(validation.id, pending);
    return pending.after;
  }

  /** Whether a validation ended, before this transaction or in it. */
  hasEnded(validation: Validation): boolean {
    return (this.#validations.get(validation.id)?.after ?? validation).finished_at !== null;
  }

  audit(object: string, { from, to, reason, detail = null }: AuditEntry): void {
    this.#audit.push({ at: this.now, actor: this.#actor, object, from_state: from, to_state: to, reason, detail });
  }

  /** Changes a validation's state, said in the audit. */
  transition(
    validation: Validation,
    set: Partial<Validation> & Pick<Validation, "reason_code" | "reason">,
    detail: unknown = null,
  ): Validation {
    this.audit(objectOf(validation), {
      from: validation.status,
      to: set.status ?? validation.status,
      reason: set.reason,
      detail,
    });
    return this.change(validation, set);
  }

  /** Where a machine stands after what was booked here. */
  accountOf({ id, account }: Pick<Row<"machines">, "id" | "account">): Account {
    return this.#accounts.get(id) ?? account;
  }

  book(machine: Pick<Row<"machines">, "id" | "account">, to: Account, cause: string): void {
    const from = this.accountOf(machine);
    if (from === to) return;
    this.#accounts.set(machine.id, to);
    this.#ledger.push({ at: this.now, machine: machine.id, from_account: from, to_account: to, cause });
  }

  /** The account that a machine was taken from in this transaction by what is named as the cause. */
  takenFrom(machine: number, cause: string): Account | null | undefined {
    return this.#ledger.find((row) => row.machine === machine && row.cause === cause)?.from_account;
  }

  intent(
    intent: Pick<IntentRow, "key" | "object" | "needs" | "machine" | "fence" | "before"> & {
      readonly act: ActName;
      readonly cluster?: string | null;
    },
    priority: number,
  ): void {
    const of = parseObject(intent.object);
    this.#intents.push({
      cluster: null,
      ...intent,
      object_kind: of?.kind ?? "",
      object_id: of?.id ?? "",
      class: intent.act === "pass" ? "read" : "keyed",
      input: intent.before,
      reverts: null,
      written_at: this.now,
      sent_at: null,
      op_id: null,
      tries: 0,
      look_again_at: this.now + LOST_AFTER_MS,
      last_error: null,
      outcome: null,
      outcome_at: null,
    });
    this.#jobs.push({ key: intent.key, needs: intent.needs, priority });
  }

  /** Boots that this transaction asks for, in the fleet or in a cluster. */
  bootsAsked(cluster?: string): number {
    return this.#intents.filter((one) => one.act === "boot" && (cluster === undefined || one.cluster === cluster))
      .length;
  }

  /**
   * Writes a claim as it was read, so that of two transactions that go by it and change it one looks again;
   * one that is not there yet is made.
   */
  hold(claim: Row<"claims"> | undefined, machine: number): void {
    if (this.#claims.has(machine)) return;
    this.#claims.set(machine, { before: claim, after: claim ?? { machine, holder: null, fence: 0, at: this.now } });
  }

  /** Gives an object the right to act on a machine, under the next fence. @returns the claim as it then is */
  take(claim: Row<"claims"> | undefined, machine: number, holder: string): Row<"claims"> {
    const after = { machine, holder, fence: (claim?.fence ?? 0) + 1, at: this.now };
    this.#claims.set(machine, { before: claim, after });
    return after;
  }

  /** Ends an object's claim, where it has it; the fence stays. */
  free(claim: Row<"claims"> | undefined, holder: string): void {
    if (claim === undefined) return;
    const { before, after } = this.#claims.get(claim.machine) ?? { before: claim, after: claim };
    if (after.holder === holder)
      this.#claims.set(claim.machine, { before, after: { ...after, holder: null, at: this.now } });
  }

  /**
   * Writes all of it, and joins the jobs of new intents to the transaction.
   *
   * @param queue none for what people do: a worker's sweep sees the rows
   */
  async flush(tx: Tx, queue?: Queue): Promise<void> {
    const ids = await tx.nextIds("event", this.#audit.length + this.#ledger.length);
    const changes = [...this.#validations.values()].map(({ before, after }) => {
      const { id, generation, ...rest } = after;
      const changed = Object.fromEntries(
        Object.entries(rest).filter(([name, value]) => value !== before[name as keyof Validation]),
      ) as Partial<Validation>;
      return { key: { id }, set: { ...changed, generation: generation + 1 }, when: { generation: before.generation } };
    });
    if (changes.length > 0) {
      const changed = await tx.update("validations", changes);
      if (changed.length !== changes.length) throw new LostRace();
    }
    await this.#writeClaims(tx);
    if (this.#intents.length > 0) await tx.insert("intents", this.#intents);
    if (this.#ledger.length > 0) {
      await tx.update(
        "machines",
        [...this.#accounts].map(([id, account]) => ({ key: { id }, set: { account, account_since: this.now } })),
      );
      await tx.insert(
        "ledger",
        this.#ledger.map((row, index) => ({ id: ids[this.#audit.length + index] ?? 0, ...row })),
      );
    }
    if (this.#audit.length > 0)
      await tx.insert(
        "audit",
        this.#audit.map((row, index) => ({ id: ids[index] ?? 0, ...row })),
      );
    if (this.#jobs.length > 0 && queue !== undefined) await sendActs(tx, queue, this.#jobs);
  }

  async #writeClaims(tx: Tx): Promise<void> {
    const claims = [...this.#claims.values()];
    const fresh = claims.flatMap(({ before, after }) => (before === undefined ? [after] : []));
    if (fresh.length > 0) await tx.upsert("claims", fresh);
    const known = claims.flatMap(({ before, after: { machine, holder, fence, at } }) =>
      before === undefined
        ? []
        : [
            {
              key: { machine },
              set: { holder, fence, at },
              when: { holder: before.holder, fence: before.fence },
            },
          ],
    );
    const written = known.length === 0 ? [] : await tx.update("claims", known);
    if (written.length !== known.length) throw new LostRace();
  }
}

/** Runs one transaction: the collected writes are part of it. */
export function takeTurn<T>(parts: RunnerParts, work: (turn: Turn) => Promise<T>): Promise<T> {
  return parts.store.transaction(async (tx) => {
    const writes = new Writes(await tx.now(), parts.worker.id);
    const result = await work({ parts, tx, writes });
    await writes.flush(tx, parts.queue);
    return result;
  });
}

/** A validation or a claim changed between reading and writing; the caller starts again. */
export class LostRace extends Error {
  override readonly name = "LostRace";
}
