import type { Row, TableName } from "@slipway/store";
import type { Faults } from "./faults.ts";

/** How long the looks at a validation throw. */
const THROWS_MS = 8 * 3_600_000;

/** What a look at a validation throws, as at a row that a worker cannot make sense of. */
export class LookThrows extends Error {
  override readonly name = "LookThrows";
  readonly validation: number;

  constructor(validation: number) {
    super(`validation/${String(validation)} makes no sense`);
    this.validation = validation;
  }
}

/** Looks at validations: some throw, and those that were looked at together with one share its fate until they are looked at apart. */
export class Looks {
  /** How often in a row each validation's look was undone by another's. */
  readonly heldBack = new Map<number, number>();
  readonly #faults: Faults;
  readonly #now: () => number;
  readonly #throwing = new Map<number, number>();

  constructor(faults: Faults, now: () => number) {
    this.#faults = faults;
    this.#now = now;
  }

  /** Validations as a transaction finds them by their numbers; of one whose look throws the policy cannot be read. */
  found(row: Row<"validations">): Row<"validations"> {
    const { id } = row;
    if (!this.#throws(row)) return row;
    return Object.defineProperty({ ...row }, "policy", {
      enumerable: false,
      get: () => {
        throw new LookThrows(id);
      },
    });
  }

  #throws({ id, status }: Row<"validations">): boolean {
    if (!this.#faults.active || (status !== "queued" && status !== "running")) return false;
    const until = this.#throwing.get(id);
    if (until !== undefined) return until > this.#now();
    const begins = this.#faults.strikes("look-throws");
    if (begins) this.#throwing.set(id, this.#now() + THROWS_MS);
    return begins;
  }

  /** A transaction over these validations has ended: committed, or undone by what the look at one of them threw. */
  ended(ids: Iterable<number>, error?: LookThrows): void {
    for (const id of ids)
      if (error === undefined) this.heldBack.delete(id);
      else if (id !== error.validation) this.heldBack.set(id, (this.heldBack.get(id) ?? 0) + 1);
  }
}

/** Whether a query is the look at validations of these numbers, whole. */
export function isLook(
  table: TableName,
  query: { readonly where?: { readonly id?: unknown }; readonly columns?: readonly string[] } | undefined,
): boolean {
  const id = query?.where?.id;
  return table === "validations" && query?.columns === undefined && typeof id === "object" && id !== null;
}
