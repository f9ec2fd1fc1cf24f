import type { Account } from "@slipway/domain";
import type { Row, Tx } from "@slipway/store";
import { LostRace } from "./lost-race.ts";

type Machine = Pick<Row<"machines">, "id" | "account">;

/** Collects moves of machines between accounts: each is a row of the ledger, and the machine says where it stands. */
export class BookChanges {
  readonly #ledger: Omit<Row<"ledger">, "id">[] = [];
  readonly #accounts = new Map<number, Account>();
  readonly #held = new Map<number, Account>();
  readonly #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  accountOf({ id, account }: Machine): Account {
    return this.#accounts.get(id) ?? account;
  }

  book(machine: Machine, to: Account, cause: string): void {
    const from = this.accountOf(machine);
    if (from === to) return;
    this.#accounts.set(machine.id, to);
    this.#ledger.push({ at: this.#now, machine: machine.id, from_account: from, to_account: to, cause });
  }

  enter({ id, account }: Machine, cause: string): void {
    this.#ledger.push({ at: this.#now, machine: id, from_account: null, to_account: account, cause });
  }

  hold({ id, account }: Machine): void {
    this.#held.set(id, account);
  }

  takenFrom(machine: number, cause: string): Account | null | undefined {
    return this.#ledger.find((row) => row.machine === machine && row.cause === cause)?.from_account;
  }

  async flush(tx: Tx): Promise<void> {
    const held = [...this.#held].map(([id, account]) => ({ key: { id }, set: {}, when: { account } }));
    if (held.length > 0 && (await tx.update("machines", held)).length !== held.length) throw new LostRace("machines");
    if (this.#ledger.length === 0) return;
    const ids = await tx.nextIds("event", this.#ledger.length);
    const moved = [...this.#accounts].map(([id, account]) => ({
      key: { id },
      set: { account, account_since: this.#now },
    }));
    if (moved.length > 0) await tx.update("machines", moved);
    await tx.insert(
      "ledger",
      this.#ledger.map((row, index) => ({ id: ids[index] ?? 0, ...row })),
    );
  }
}
