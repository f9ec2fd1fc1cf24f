import type { Row, Tx } from "@slipway/store";
import type { RunnerParts } from "../worker/parts.ts";

type Look = Row<"vendor_looks">;

/** Another worker looks at the vendor now: this one was silent for too long. */
export class LookLost extends Error {
  override readonly name = "LookLost";
}

/** The right to look at one vendor, which ends when its holder writes nothing for two calls' time. */
export class LookLease {
  readonly adapter: string;
  readonly #fence: number;
  readonly #ms: number;
  #row: Look;

  private constructor(row: Look, ms: number) {
    this.adapter = row.adapter;
    this.#fence = row.fence;
    this.#ms = ms;
    this.#row = row;
  }

  /** @returns undefined when the vendor is not due, or another worker looks at it */
  static async take({ store, worker, limits }: RunnerParts, adapter: string): Promise<LookLease | undefined> {
    const ms = 2 * limits.vendorCallMs;
    const row = await store.transaction(async (tx) => {
      const now = await tx.now();
      const known = await tx.get("vendor_looks", { adapter });
      if (known !== undefined && (known.due_at > now || (known.lease_until ?? now) > now)) return undefined;
      const taken: Look = {
        ...(known ?? fresh(adapter, now)),
        holder: worker.id,
        lease_until: now + ms,
        fence: (known?.fence ?? 0) + 1,
      };
      await tx.upsert("vendor_looks", [taken]);
      return taken;
    });
    return row && new LookLease(row, ms);
  }

  /** How far this look has come, as it was last noted. */
  get at(): Look {
    return this.#row;
  }

  /**
   * Notes in a transaction how far the look has come, and renews the lease. What is noted counts from the call on:
   * a transaction that fails ends the look.
   *
   * @throws LookLost when another worker has the lease
   */
  async note(tx: Tx, set: Partial<Look>): Promise<void> {
    const changed = { lease_until: (await tx.now()) + this.#ms, ...set };
    const { adapter } = this;
    const kept = await tx.update("vendor_looks", [{ key: { adapter }, set: changed, when: { fence: this.#fence } }]);
    if (kept.length === 0) throw new LookLost(`another worker looks at ${adapter}`);
    this.#row = { ...this.#row, ...changed };
  }

  /** Gives the lease back, and notes when the vendor is due again. */
  async end({ store }: RunnerParts, afterMs: number, failure: string | null): Promise<void> {
    const failures = failure === null ? 0 : this.#row.failures + 1;
    await store.transaction(async (tx) =>
      this.note(tx, {
        holder: null,
        lease_until: null,
        due_at: (await tx.now()) + afterMs,
        failures,
        last_error: failure,
      }),
    );
  }
}

const fresh = (adapter: string, now: number): Look => ({
  adapter,
  holder: null,
  lease_until: null,
  fence: 0,
  due_at: now,
  page: null,
  events_cursor: null,
  identity_cursor: 0,
  plan_cursor: 0,
  failures: 0,
  last_error: null,
});
