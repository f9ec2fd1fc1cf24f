import type { Row, Tx } from "@slipway/store";
import { LostRace } from "./lost-race.ts";

type Claim = Row<"claims">;

/** A claim as it was read, undefined where there was none, and as it will be. */
interface Pending {
  readonly before: Claim | undefined;
  readonly after: Claim;
}

/** Collects what becomes of claims. Each is written as it was read, so that of two transactions that go by it one looks again. */
export class ClaimChanges {
  readonly #pending = new Map<number, Pending>();
  readonly #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  /** A claim as it is after what was done to it here. */
  current(machine: number): Claim | undefined {
    return this.#pending.get(machine)?.after;
  }

  hold(claim: Claim | undefined, machine: number): void {
    if (this.#pending.has(machine)) return;
    const after = claim ?? { machine, holder: null, fence: 0, at: this.#now };
    this.#pending.set(machine, { before: claim, after });
  }

  take(claim: Claim | undefined, machine: number, holder: string): Claim {
    const known = this.#pending.get(machine) ?? { before: claim, after: claim };
    const after = { machine, holder, fence: (known.after?.fence ?? 0) + 1, at: this.#now };
    this.#pending.set(machine, { before: known.before, after });
    return after;
  }

  free(claim: Claim | undefined, holder: string): void {
    if (claim === undefined) return;
    const { before, after } = this.#pending.get(claim.machine) ?? { before: claim, after: claim };
    if (after.holder === holder)
      this.#pending.set(claim.machine, { before, after: { ...after, holder: null, at: this.#now } });
  }

  async flush(tx: Tx): Promise<void> {
    const pending = [...this.#pending.values()];
    const fresh = pending.flatMap(({ before, after }) => (before === undefined ? [after] : []));
    if (fresh.length > 0) await tx.upsert("claims", fresh);
    const known = pending.flatMap(({ before, after: { machine, holder, fence, at } }) =>
      before === undefined
        ? []
        : [{ key: { machine }, set: { holder, fence, at }, when: { holder: before.holder, fence: before.fence } }],
    );
    const written = known.length === 0 ? [] : await tx.update("claims", known);
    if (written.length !== known.length) throw new LostRace("claims");
  }
}
