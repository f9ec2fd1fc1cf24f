import { actsOf, makeStanding, takeTurn, tick } from "@slipway/reconciler";
import { VENDOR_ACCOUNTS } from "./intake/progress.ts";
import { engineOf } from "./kinds.ts";
import type { RunnerParts } from "./worker/parts.ts";

/** Has this worker look at a vendor at once, due or not, where no worker's loop does: in a world whose time is moved by hand. */
export async function lookNow(parts: RunnerParts, account: string): Promise<void> {
  const engine = engineOf(parts);
  await makeStanding(engine);
  await takeTurn(engine, async ({ tx, change }) => {
    const row = await tx.get("vendor_accounts", { id: account });
    if (row !== undefined) change.change(VENDOR_ACCOUNTS, row, { due_at: change.now });
  });
  await lookIfDue(parts, account);
}

/** Has this worker take the next step of a vendor account, and look at its vendor where that is what comes next. */
export async function lookIfDue(parts: RunnerParts, account: string): Promise<void> {
  const engine = engineOf(parts);
  const kind = engine.kinds.find(({ name }) => name === VENDOR_ACCOUNTS.name);
  if (kind === undefined) throw new TypeError("vendor accounts are no kind of this worker's");
  await makeStanding(engine);
  await tick(engine, kind, [account]);
  const row = await parts.store.transaction((tx) => tx.get("vendor_accounts", { id: account }));
  const acting = row?.acting ?? null;
  if (acting === null) return;
  await actsOf(engine).run(acting, new AbortController().signal);
  await tick(engine, kind, [account]);
}
