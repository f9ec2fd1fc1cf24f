import type { Row } from "@slipway/store";
import type { ChangeSet } from "./changes/change-set.ts";
import type { ObjectHeader } from "./kind.ts";

/** An act is not wanted any more: its object went on without it, or another holds the claim that it acts under. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/**
 * Whether an act is still wanted: its object waits for it, and the claim that it acts under has the fence that it had.
 * The claim is written as it was read, so that of two transactions of which one moves it only one commits.
 *
 * @param claim of the act's machine, as this transaction read it
 */
export function isWanted(
  change: ChangeSet,
  row: ObjectHeader | undefined,
  { key, fence, machine }: Pick<Row<"intents">, "key" | "fence" | "machine">,
  claim: Row<"claims"> | undefined,
): boolean {
  if (row?.acting !== key || row.finished_at !== null) return false;
  if (fence === 0) return true;
  const now = change.claimOf(machine ?? 0, claim);
  if (now === undefined || now.holder === null || now.fence !== fence) return false;
  change.hold(claim, now.machine);
  return true;
}
