import type { Store, Tx } from "@slipway/store";
import { ChangeSet } from "./change-set.ts";

/** Who decides, and why; recorded in the audit. */
export interface Said {
  readonly by: string;
  readonly reason: string;
}

/** Runs one transaction in somebody's name: what it collects is part of it. */
export async function inTheNameOf<T>(
  store: Store,
  { by }: Pick<Said, "by">,
  work: (tx: Tx, change: ChangeSet) => Promise<T>,
): Promise<T> {
  return store.transaction(async (tx) => {
    const change = new ChangeSet(await tx.now(), by, tx);
    const result = await work(tx, change);
    await change.flush(tx);
    return result;
  });
}
