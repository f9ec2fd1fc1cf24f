import type { ReasonCode } from "@slipway/domain";
import type { Row } from "@slipway/store";
import { objectOf, type Validation } from "../worker/parts.ts";
import { VALIDATIONS, hasEnded, type Turn } from "../worker/turn.ts";

/** How a validation ends, and what the audit says of it. */
export interface End {
  readonly status: "banned" | "cancelled";
  readonly reason_code: ReasonCode;
  readonly reason: string;
  readonly owner?: string;
  readonly detail?: unknown;
}

/**
 * Ends the open validation of a machine that is taken out; a pass of it under way counts no more. Where the machine then
 * stands is the caller's to book.
 *
 * @param known the open validation where the caller has it, as its transaction left it
 * @returns the validation that ended
 */
export async function endOpenValidation(
  { tx, change }: Pick<Turn, "tx" | "change">,
  machine: Pick<Row<"machines">, "id">,
  { detail, ...end }: End,
  known?: Validation,
): Promise<Validation | undefined> {
  const [found] =
    known === undefined
      ? await tx.find("validations", {
          where: { machine: machine.id, status: { in: ["queued", "running", "held"] } },
          limit: 1,
        })
      : [known];
  if (found === undefined || hasEnded(change, found)) return undefined;
  change.transition(VALIDATIONS, found, { ...end, due_at: null, acting: null, finished_at: change.now }, detail);
  await freeClaim({ tx, change }, found);
  return found;
}

/** Of those that wait for a place, so many are looked at when one is free: other limits may stop the first of them. */
const WOKEN = 3;

/** Gives a machine up that a validation holds, and wakes those that wait for its place, the highest priority first. */
export async function freeClaim({ tx, change }: Pick<Turn, "tx" | "change">, validation: Validation): Promise<void> {
  change.free(await tx.get("claims", { machine: validation.machine }), objectOf(validation));
  if (validation.status !== "running") return;
  const { cluster, rack, vendor } = validation;
  const scopes = [
    ...(cluster === null ? [] : [{ cluster }]),
    ...(cluster === null || rack === null ? [] : [{ cluster, rack }]),
    ...(vendor === null ? [] : [{ vendor }]),
  ];
  for (const scope of scopes) {
    const waiting = await tx.find("validations", {
      where: { ...scope, status: "queued", reason_code: "NoRoom" },
      orderBy: ["-priority", "id"],
      limit: WOKEN,
      columns: ["id", "priority"],
    });
    for (const row of waiting) change.wake(VALIDATIONS, row);
  }
}
