import { objectOf, type ConditionState, type KindRef, type ObjectHeader } from "../kind.ts";
import { takeTurn, type ChangeSet } from "../changes/change-set.ts";
import { kindNamed, type TurnParts } from "../engine.ts";
import { readObject } from "../objects.ts";
import { idIn } from "../changes/object-changes.ts";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Row } from "@slipway/store";
import type { Found } from "./act.ts";
import { writeOutcome } from "./outcomes.ts";

/** Why an object is left to a person. */
interface Why {
  readonly code: string;
  readonly reason: string;
}

/** Reasons of `Blocked` that pass by themselves; an object that is blocked for another is parked. */
const PASSING: readonly string[] = ["NoWorkerFor", "UndoFailing"];

/** Whether an object waits for a person, by its conditions. */
export const isParked = (conditions: readonly Row<"conditions">[]): boolean =>
  conditions.some(({ type, status, reason }) => type === "Blocked" && status === "True" && !PASSING.includes(reason));

/** Ends an act for good, and parks its object: it is `Blocked`, has an owner, and is not due any more. */
export async function parkIn(change: ChangeSet, { kind, row, intent }: Found, { code, reason }: Why): Promise<void> {
  const owned = change.change(kind, row, { owner: kind.owner(row), reason_code: code, reason });
  if (kind.parksItself !== true) change.say(kind, owned, [blocked(code, reason)]);
  await writeOutcome(change, { kind, row: owned, intent }, { did: "parked", code, reason });
}

export const blocked = (reason: string, message: string): ConditionState => ({
  type: "Blocked",
  status: "True",
  reason,
  message,
});

/** Has a parked object decided upon again. @param said why, in words for people */
export function unparkIn<R extends ObjectHeader>(change: ChangeSet, kind: KindRef<R>, row: R, said: string): R {
  change.say(kind, row, [{ type: "Blocked", status: "False", reason: "TriedAgain", message: said }]);
  const set = { owner: null, due_at: change.now, reason_code: "TriedAgain", reason: said } as Partial<R>;
  const again = change.transition(kind, row, { ...set, reason_code: "TriedAgain", reason: said });
  change.tick(objectOf(kind, row), row.priority);
  return again;
}

/**
 * Has the act that an object is parked for tried again under its own key, so that nobody does it twice: its tries and the
 * deaths of workers with it count from here.
 *
 * @param said why, in words for people
 * @throws SlipwayError of kind `input` when the object does not wait for a person any more
 */
export async function tryAgainIn<R extends ObjectHeader>(
  change: ChangeSet,
  [kind, row]: readonly [KindRef<R>, R],
  intent: Row<"intents">,
  said: string,
): Promise<void> {
  const { key, act } = intent;
  if (row.finished_at !== null || row.acting !== null || intent.outcome !== "failed")
    throw new SlipwayError("input", `the act ${key} does not wait for a person any more`);
  const deaths = await change.tx.find("act_deaths", { where: { key }, columns: ["key", "worker"] });
  await change.tx.remove("act_deaths", deaths);
  change.intents.reopen(intent, row.priority);
  change.audit(`intent/${key}`, { from: "failed", to: act, reason: said, detail: { intent: key } });
  change.change(kind, unparkIn(change, kind, row, said), { acting: key } as Partial<R>);
}

/**
 * A person has a parked object decided upon again.
 *
 * @throws SlipwayError of kind `input` when there is no such object, or it is not parked
 */
export function unpark(
  parts: TurnParts,
  ref: { readonly kind: string; readonly id: string },
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> {
  return takeTurn({ ...parts, worker: { id: by } }, async ({ tx, change }) => {
    const kind = kindNamed(parts, ref.kind);
    const row = kind === undefined ? undefined : await readObject(tx, kind, idIn(kind, ref.id));
    if (kind === undefined || row === undefined) throw new SlipwayError("input", `there is no ${ref.kind} ${ref.id}`);
    const conditions = await tx.find("conditions", { where: { object: objectOf(kind, row) } });
    if (!isParked(conditions)) throw new SlipwayError("input", `${objectOf(kind, row)} waits for no person`);
    unparkIn(change, kind, row, reason);
  });
}
