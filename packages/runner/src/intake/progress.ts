import { Superseded, type KindRef } from "@slipway/reconciler";
import type { Row, Tx } from "@slipway/store";
import type { RunnerParts } from "../worker/parts.ts";
import { takeTurn, type Turn } from "../worker/turn.ts";

export type VendorAccount = Row<"vendor_accounts">;

export const VENDOR_ACCOUNTS: KindRef<VendorAccount> = {
  name: "vendor-account",
  table: "vendor_accounts",
  textId: true,
};

/** Another worker has begun this look anew: this one was thought dead. */
export class LookLost extends Error {
  override readonly name = "LookLost";
}

/** How far one look at a vendor account has come: only the worker that began it last notes it. */
export class Progress {
  readonly account: string;
  readonly #key: string;
  #row: VendorAccount;

  private constructor(key: string, row: VendorAccount) {
    this.account = row.id;
    this.#key = key;
    this.#row = row;
  }

  /**
   * @param key of the intent that the account has to wait for
   * @throws Superseded when it waits for another, or for none
   */
  static async begin(parts: RunnerParts, key: string, account: string): Promise<Progress> {
    const row = await takeTurn(parts, async ({ tx, change }) => {
      const known = await waiting(tx, key, account);
      return change.change(VENDOR_ACCOUNTS, known, { fence: known.fence + 1 });
    });
    return new Progress(key, row);
  }

  /** As it was last noted. */
  get at(): VendorAccount {
    return this.#row;
  }

  /**
   * Notes in a transaction how far the look has come. What is noted counts from the call on: a transaction that fails
   * ends the look.
   *
   * @throws Superseded when the account waits for this look no longer, LookLost when another worker has begun it anew
   */
  async note({ tx, change }: Pick<Turn, "tx" | "change">, set: Partial<VendorAccount>): Promise<void> {
    const row = await waiting(tx, this.#key, this.account);
    if (row.fence !== this.#row.fence) throw new LookLost(`another worker looks at ${this.account}`);
    this.#row = change.change(VENDOR_ACCOUNTS, row, set);
  }
}

async function waiting(tx: Pick<Tx, "get">, key: string, id: string): Promise<VendorAccount> {
  const row = await tx.get("vendor_accounts", { id });
  if (row?.acting !== key) throw new Superseded(`${id} does not wait for this look`);
  return row;
}
