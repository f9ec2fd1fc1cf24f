import { pauseAfter } from "@slipway/reconciler";
import { StoreError } from "@slipway/store";
import { objectOf, type RunnerParts } from "../worker/parts.ts";
import { tick } from "./tick.ts";
import { VALIDATIONS, takeTurn } from "../worker/turn.ts";

/**
 * Ticks validations together, and each by itself where that fails: one that cannot be ticked keeps no
 * other back. What its tick said stands on its row, with a time before which it is not looked at again.
 *
 * @throws StoreError `unavailable` when nobody answers: all of them are still due
 */
export async function tickApart(parts: RunnerParts, ids: readonly number[]): Promise<void> {
  try {
    await tick(parts, ids);
  } catch (error) {
    if (StoreError.is(error, "unavailable")) throw error;
    if (ids.length > 1) for (const id of ids) await tickApart(parts, [id]);
    else await failTick(parts, ids[0] ?? 0, error).catch((worse: unknown) => unwritten(parts, worse));
  }
}

/** A row that cannot be written at all is said, and keeps no other back either. */
function unwritten({ emit }: RunnerParts, error: unknown): void {
  if (StoreError.is(error, "unavailable")) throw error;
  emit({ event: "store-trouble", reason: error instanceof Error ? error.message : String(error) });
}

/** Writes on a validation's row that its tick failed; the pause before the next grows to an hour. */
async function failTick(parts: RunnerParts, id: number, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const object = objectOf({ id });
  const failed = await takeTurn(parts, async ({ tx, change }) => {
    const validation = await tx.get("validations", { id });
    if (validation === undefined) return undefined;
    const failures = validation.failures + 1;
    const due_at = validation.due_at === null ? null : change.now + pauseAfter(failures, object);
    change.change(VALIDATIONS, validation, { failures, last_error: reason.slice(0, SAID_LENGTH), due_at });
    return { failures, due_at };
  });
  if (failed === undefined) return;
  parts.emit({ event: "tick-failed", object, reason, failures: failed.failures, tryAgainAt: failed.due_at });
}

/** Of what an error says, so much is kept. */
const SAID_LENGTH = 2_000;
