import { afterCommit } from "./after-commit.ts";
import type { Store, Tx } from "./store.ts";
import type { Row } from "./tables/index.ts";

type AuditRows = readonly Row<"audit">[];

/** Who hears of the rows of the audit that are written, whoever writes them. */
export interface AuditListener {
  /** In the transaction that writes them; what it writes is part of it. */
  readonly within?: (tx: Tx, rows: AuditRows) => Promise<void>;
  /** Once that transaction has committed. */
  readonly committed?: (rows: AuditRows) => void;
}

/** The same store, with a listener of the audit rows that are written through it. */
export function hearingAudit<S extends Store>(store: S, { within, committed }: AuditListener): S {
  const listened = (tx: Tx): Tx => {
    const insert = tx.insert.bind(tx);
    const heard: Tx["insert"] = async (table, rows, options) => {
      const inserted = await insert(table, rows, options);
      if (table !== "audit" || inserted.length === 0) return inserted;
      const written = inserted as unknown as AuditRows;
      await within?.(tx, written);
      if (committed !== undefined) afterCommit(tx, () => committed(written));
      return inserted;
    };
    // The same object: the queue finds a transaction's connection by it.
    return Object.assign(tx, { insert: heard });
  };
  return { ...store, transaction: (work) => store.transaction((tx) => work(listened(tx))) };
}
